package io.rift.peer.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.ConnectionPath;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PathPreferenceTest {
    private static PathPreference of(PathTier tier, long priority, int roundTripMillis) {
        long nanos = roundTripMillis < 0
                ? RoundTripTime.UNKNOWN
                : Duration.ofMillis(roundTripMillis).toNanos();
        return new PathPreference(tier, priority, nanos);
    }

    @Test
    void theTierCountsBeforeThePriority() {
        assertThat(of(PathTier.HOST, 1, -1)).isLessThan(of(PathTier.REFLEXIVE, 9, -1));
        assertThat(of(PathTier.REFLEXIVE, 1, -1)).isLessThan(of(PathTier.RELAYED, 9, -1));
        assertThat(of(PathTier.RELAYED, 1, -1)).isLessThan(of(PathTier.RELAYED_TWICE, 9, -1));
        assertThat(of(PathTier.HOST, 9, -1)).isLessThan(of(PathTier.HOST, 1, -1));
    }

    @Test
    void aBetterTierIsWorthLeavingAWorseOneAtAnyRoundTripTime() {
        PathPreference direct = of(PathTier.REFLEXIVE, 1, 200);
        PathPreference relayed = of(PathTier.RELAYED, 9, 10);

        assertThat(direct.isWorthLeaving(relayed)).isTrue();
        assertThat(relayed.isWorthLeaving(direct)).isFalse();
    }

    @Test
    void withinATierOnlyAClearGainIsWorthIt() {
        assertThat(of(PathTier.HOST, 1, 10).isWorthLeaving(of(PathTier.HOST, 9, 15)))
                .isTrue();
        assertThat(of(PathTier.HOST, 1, 11).isWorthLeaving(of(PathTier.HOST, 9, 15)))
                .isFalse();
        assertThat(of(PathTier.HOST, 1, 192).isWorthLeaving(of(PathTier.HOST, 9, 200)))
                .isFalse();
        assertThat(of(PathTier.HOST, 1, 175).isWorthLeaving(of(PathTier.HOST, 9, 200)))
                .isTrue();
        assertThat(of(PathTier.HOST, 9, -1).isWorthLeaving(of(PathTier.HOST, 1, 200)))
                .isFalse();
        assertThat(of(PathTier.HOST, 9, 1).isWorthLeaving(of(PathTier.HOST, 1, -1)))
                .isFalse();
    }

    @Test
    void noTwoPathsAreEachWorthLeavingForTheOther() {
        for (PathTier one : PathTier.values()) {
            for (PathTier other : PathTier.values()) {
                for (int a = -1; a < 60; a += 3) {
                    for (int b = -1; b < 60; b += 3) {
                        boolean there = of(one, 1, a).isWorthLeaving(of(other, 2, b));
                        boolean back = of(other, 2, b).isWorthLeaving(of(one, 1, a));
                        assertThat(there && back).isFalse();
                    }
                }
            }
        }
    }

    @Test
    void tierAndKindFollowFromTheCandidates() {
        CandidateType host = CandidateType.HOST;
        CandidateType relay = CandidateType.RELAY;

        assertThat(PathTier.of(host, host)).isEqualTo(PathTier.HOST);
        assertThat(PathTier.of(host, CandidateType.PRFLX)).isEqualTo(PathTier.REFLEXIVE);
        assertThat(PathTier.of(relay, CandidateType.PRFLX)).isEqualTo(PathTier.RELAYED);
        assertThat(PathTier.of(host, relay)).isEqualTo(PathTier.RELAYED);
        assertThat(PathTier.of(relay, relay)).isEqualTo(PathTier.RELAYED_TWICE);

        assertThat(PathKind.of(host, host).connectionPath()).isEqualTo(ConnectionPath.HOST);
        assertThat(PathKind.of(host, CandidateType.SRFLX).connectionPath()).isEqualTo(ConnectionPath.SRFLX);
        assertThat(PathKind.of(CandidateType.PRFLX, CandidateType.SRFLX).connectionPath())
                .isEqualTo(ConnectionPath.PRFLX);
        assertThat(PathKind.of(CandidateType.PRFLX, relay).connectionPath()).isEqualTo(ConnectionPath.TURN);
    }
}
