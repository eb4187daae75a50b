package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.rendezvous.CandidateType;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcePathTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    static void assertPath(Pair pair, PathKind kind) {
        for (Pair.Side side : new Pair.Side[] {pair.a, pair.b}) {
            assertThat(side.selected()).isNotNull();
            assertThat(side.selected().pathKind()).isEqualTo(kind);
            assertThat(side.events(IceOutput.Nominated.class).getLast().pair()).isEqualTo(side.selected());
        }
        // both ends of one path: each sends to what the other is seen as
        assertThat(pair.a.selected().remoteAddress())
                .isEqualTo(pair.b.selected().local().address());
        assertThat(pair.b.selected().remoteAddress())
                .isEqualTo(pair.a.selected().local().address());
    }

    /** The cells of the NAT matrix that need no prediction, with the kind of path that both ends report. */
    @ParameterizedTest
    @CsvSource({
        "PUBLIC, PUBLIC, HOST",
        "PUBLIC, CONE, SRFLX",
        "PUBLIC, SYMMETRIC, PRFLX",
        "CONE, CONE, SRFLX",
        "CONE, PUBLIC, SRFLX",
        "SYMMETRIC, PUBLIC, PRFLX",
    })
    void theKindOfPathFollowsFromTheNats(Box.Nat natA, Box.Nat natB, PathKind kind) {
        Pair pair = new Pair(1, Box.of(natA, 1), Box.of(natB, 2)).signal().run(SECOND);

        assertPath(pair, kind);
        assertThat(Duration.ofNanos(Math.max(pair.a.selectedNanos, pair.b.selectedNanos)))
                .isLessThan(Duration.ofMillis(200));
    }

    @ParameterizedTest
    @CsvSource({
        "SYMMETRIC, SYMMETRIC",
        "CONE, SYMMETRIC",
        "SYMMETRIC, CONE",
        "UDP_BLOCKED, PUBLIC",
        "UDP_BLOCKED, UDP_BLOCKED",
        "SYMMETRIC, UDP_BLOCKED",
    })
    void whatCannotMeetDirectlyMeetsAtARelay(Box.Nat natA, Box.Nat natB) {
        Pair pair = new Pair(
                        1,
                        Box.of(natA, 1).withRelay("192.0.2.1:50001"),
                        Box.of(natB, 2).withRelay("192.0.2.1:50002"))
                .signal()
                .run(SECOND);

        assertPath(pair, PathKind.RELAY);
    }

    @Test
    void oneRelayIsPreferredToTwo() {
        Pair pair = new Pair(
                        1,
                        Box.of(Box.Nat.SYMMETRIC, 1).withRelay("192.0.2.1:50001"),
                        Box.of(Box.Nat.SYMMETRIC, 2).withRelay("192.0.2.1:50002"))
                .signal()
                .run(SECOND);

        CandidatePair selected = pair.a.selected();
        assertThat(selected.local().type() == CandidateType.RELAY)
                .isNotEqualTo(selected.remote().type() == CandidateType.RELAY);
    }

    @Test
    void theBetterPathIsTakenThoughTheRelayWorksToo() {
        Pair pair = new Pair(
                        1,
                        Box.of(Box.Nat.CONE, 1).withRelay("192.0.2.1:50001"),
                        Box.of(Box.Nat.CONE, 2).withRelay("192.0.2.1:50002"))
                .signal()
                .run(SECOND);

        assertPath(pair, PathKind.SRFLX);
    }

    @Test
    void dataMayFlowOverTheFirstValidPairBeforeAnyNomination() {
        Pair pair = new Pair(1, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.CONE, 2)).signal();

        pair.run(Duration.ofMillis(150));

        assertThat(pair.a.selected()).isNotNull();
        assertThat(pair.b.selected()).isNotNull();
        assertThat(pair.a.agent.isValidPath(
                        pair.a.selected().base(), pair.a.selected().remoteAddress()))
                .isTrue();
        assertThat(pair.a.agent.roundTripNanos())
                .isEqualTo(Pair.DELAY.multipliedBy(2).toNanos());
    }

    @Test
    void oneRunIsLikeAnotherWithTheSameSeed() {
        Pair[] pairs = new Pair[2];
        for (int i = 0; i < 2; i++) {
            pairs[i] = new Pair(
                    7,
                    Box.of(Box.Nat.CONE, 1).withRelay("192.0.2.1:50001"),
                    Box.of(Box.Nat.CONE, 2).withRelay("192.0.2.1:50002"));
            pairs[i].loss = 0.3;
            pairs[i].duplication = 0.3;
            pairs[i].signal().run(Duration.ofMinutes(2));
        }

        assertThat(pairs[0].delivered).hasSameSizeAs(pairs[1].delivered);
        for (int i = 0; i < pairs[0].delivered.size(); i++) {
            Pair.Flight one = pairs[0].delivered.get(i);
            Pair.Flight other = pairs[1].delivered.get(i);
            assertThat(one.arrivesNanos()).isEqualTo(other.arrivesNanos());
            assertThat(one.from()).isEqualTo(other.from());
            assertThat(one.message().transactionId()).isEqualTo(other.message().transactionId());
        }
        assertThat(pairs[0].a.events).isEqualTo(pairs[1].a.events);
    }
}
