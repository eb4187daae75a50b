package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CheckListTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final Candidate LOCAL = candidate(CandidateType.HOST, "192.0.2.1:1");
    private static final Candidate SIGNALLED = candidate(CandidateType.SRFLX, "203.0.113.9:9");

    private final CheckList list = new CheckList(() -> Role.CONTROLLING);

    @Test
    void anOrdinaryCheckHasItsTurnThoughTriggeredOnesNeverEnd() {
        list.addLocal(LOCAL);
        list.addRemote(SIGNALLED);
        trigger(1, 0);
        trigger(2, 0);

        assertThat(list.pollNext().remoteAddress()).isEqualTo(source(1));
        trigger(3, 0);
        assertThat(list.pollNext().remoteAddress()).isEqualTo(SIGNALLED.address());
        assertThat(list.pollNext().remoteAddress()).isEqualTo(source(2));
    }

    @Test
    void peerReflexiveCandidatesThatNeverEndAreLearnedAtABoundedRate() {
        list.addLocal(LOCAL);
        int learned = 0;
        int checks = 10_000;
        for (int i = 1; i <= checks; i++) {
            // A hundred checks a second, each from a source of its own, and all of them fail.
            ListedPair pair = list.pairOf(LOCAL, source(i), 1, i * SECOND / 100);
            if (pair != null) {
                learned++;
                pair.failed(ListedPair.Failure.REFUSED);
            }
        }
        long replaced = checks * SECOND / 100 / RemoteCandidates.REPLACEMENT_INTERVAL_NANOS;
        assertThat(learned)
                .isBetween(RemoteCandidates.MAX_PEER_REFLEXIVE, RemoteCandidates.MAX_PEER_REFLEXIVE + (int) replaced);
        assertThat(list.remotes()).hasSize(RemoteCandidates.MAX_PEER_REFLEXIVE);
    }

    private void trigger(int source, long nowNanos) {
        ListedPair pair = list.pairOf(LOCAL, source(source), 1, nowNanos);
        assertThat(pair).isNotNull();
        list.trigger(pair);
    }

    private static TransportAddress source(int number) {
        return TransportAddress.parse("198.51.100.1:" + (1_024 + number));
    }

    private static Candidate candidate(CandidateType type, String address) {
        TransportAddress parsed = TransportAddress.parse(address);
        return new Candidate(type, parsed, parsed, Candidate.priority(type, 1), "1");
    }
}
