package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.rendezvous.CandidateType;
import java.util.List;

/**
 * Why an agent failed and what it had tried.
 *
 * @param cause the reason
 * @param localCandidates how many of each type we had
 * @param remoteCandidates how many of each type the peer had
 * @param pairs what became of the pairs, by the kind of path that they would have been
 */
public record IceFailure(
        Cause cause,
        List<CandidateCount> localCandidates,
        List<CandidateCount> remoteCandidates,
        List<PairCount> pairs) {

    /** Reasons, each with what a user can do about it in mind. */
    public enum Cause {
        /** We have no candidate at all. */
        NO_LOCAL_CANDIDATES,
        /** The peer has no candidate at all. */
        NO_REMOTE_CANDIDATES,
        /** There are candidates on both sides, but none could be paired: different address families, say. */
        NO_PAIRS,
        /** Every pair was checked and failed. */
        ALL_PAIRS_FAILED,
        /** Time ran out before every pair had its answer: the usual fate behind a firewall. */
        TIMED_OUT,
        /** There was a path; it broke and none was found again. */
        PATH_LOST
    }

    /**
     * Candidates of one type.
     *
     * @param type the type
     * @param count how many, at least 1
     */
    public record CandidateCount(CandidateType type, int count) {}

    /**
     * Pairs that would have been one kind of path.
     *
     * @param kind the kind of path
     * @param checked pairs on which at least one check was sent
     * @param unchecked pairs whose turn never came, or that never got a permission
     * @param refused those of both that failed by an answer and not by silence: an error response, an answer from
     *     another address, a refused permission
     */
    public record PairCount(PathKind kind, int checked, int unchecked, int refused) {}

    /** Copies the lists. */
    public IceFailure {
        localCandidates = List.copyOf(localCandidates);
        remoteCandidates = List.copyOf(remoteCandidates);
        pairs = List.copyOf(pairs);
    }
}
