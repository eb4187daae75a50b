package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class IceAgentTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void assertPath(Pair pair, PathKind kindA, PathKind kindB) {
        assertThat(pair.a.selected()).isNotNull();
        assertThat(pair.b.selected()).isNotNull();
        assertThat(pair.a.selected().pathKind()).isEqualTo(kindA);
        assertThat(pair.b.selected().pathKind()).isEqualTo(kindB);
        assertThat(pair.a.events(IceOutput.Nominated.class)).isNotEmpty();
        assertThat(pair.b.events(IceOutput.Nominated.class)).isNotEmpty();
    }

    @Test
    void publicPeersMeetAtHostCandidates() {
        Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2))
                .signal()
                .run(SECOND);

        assertPath(pair, PathKind.HOST, PathKind.HOST);
        assertThat(Duration.ofNanos(pair.a.selectedNanos)).isEqualTo(Pair.DELAY.multipliedBy(2));
    }

    @Test
    void peersBehindConeNatsMeetAtServerReflexiveCandidates() {
        Pair pair = new Pair(1, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.CONE, 2))
                .signal()
                .run(SECOND);

        assertPath(pair, PathKind.SRFLX, PathKind.SRFLX);
    }

    @Test
    void aSymmetricNatAndAPublicPeerMeetAtAPeerReflexiveCandidate() {
        Pair pair = new Pair(1, Box.of(Box.Nat.SYMMETRIC, 1), Box.of(Box.Nat.PUBLIC, 2))
                .signal()
                .run(SECOND);

        assertPath(pair, PathKind.PRFLX, PathKind.PRFLX);
    }

    @Test
    void twoSymmetricNatsMeetAtARelay() {
        Pair pair = new Pair(
                        1,
                        Box.of(Box.Nat.SYMMETRIC, 1).withRelay("192.0.2.1:50001"),
                        Box.of(Box.Nat.SYMMETRIC, 2).withRelay("192.0.2.1:50002"))
                .signal()
                .run(SECOND);

        assertPath(pair, PathKind.RELAY, PathKind.RELAY);
    }
}
