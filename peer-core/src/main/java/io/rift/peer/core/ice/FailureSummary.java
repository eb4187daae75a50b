package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.rendezvous.CandidateType;
import java.util.ArrayList;
import java.util.List;

/** Counts what was tried, for whoever has to tell a user why there is no connection. */
final class FailureSummary {

    private FailureSummary() {}

    static IceFailure of(CheckList list, boolean hadPath) {
        return new IceFailure(
                cause(list, hadPath), candidates(list.locals()), candidates(list.remotes()), pairs(list.pairs()));
    }

    private static IceFailure.Cause cause(CheckList list, boolean hadPath) {
        if (hadPath) {
            return IceFailure.Cause.PATH_LOST;
        }
        if (list.locals().isEmpty()) {
            return IceFailure.Cause.NO_LOCAL_CANDIDATES;
        }
        if (list.remotes().isEmpty()) {
            return IceFailure.Cause.NO_REMOTE_CANDIDATES;
        }
        if (list.pairs().isEmpty()) {
            return IceFailure.Cause.NO_PAIRS;
        }
        return list.allFailed() ? IceFailure.Cause.ALL_PAIRS_FAILED : IceFailure.Cause.TIMED_OUT;
    }

    private static List<IceFailure.CandidateCount> candidates(List<Candidate> candidates) {
        List<IceFailure.CandidateCount> counts = new ArrayList<>();
        for (CandidateType type : CandidateType.values()) {
            int count = (int) candidates.stream().filter(c -> c.type() == type).count();
            if (count > 0) {
                counts.add(new IceFailure.CandidateCount(type, count));
            }
        }
        return counts;
    }

    private static List<IceFailure.PairCount> pairs(List<ListedPair> pairs) {
        List<IceFailure.PairCount> counts = new ArrayList<>();
        for (PathKind kind : PathKind.values()) {
            int checked = 0;
            int unchecked = 0;
            int refused = 0;
            for (ListedPair pair : pairs) {
                if (pair.candidatePair().pathKind() != kind) {
                    continue;
                }
                if (pair.failure() == ListedPair.Failure.REFUSED) {
                    refused++;
                }
                if (pair.isChecked()) {
                    checked++;
                } else {
                    unchecked++;
                }
            }
            if (checked + unchecked > 0) {
                counts.add(new IceFailure.PairCount(kind, checked, unchecked, refused));
            }
        }
        return counts;
    }
}
