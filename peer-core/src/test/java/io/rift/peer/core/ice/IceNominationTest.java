package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IceNominationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static Pair conesWithRelays() {
        return new Pair(
                1,
                Box.of(Box.Nat.CONE, 1).withRelay("192.0.2.1:50001"),
                Box.of(Box.Nat.CONE, 2).withRelay("192.0.2.1:50002"));
    }

    private static boolean isRelayed(Pair.Flight flight) {
        return flight.from().toString().startsWith("192.0.2.1:")
                || flight.base().toString().startsWith("192.0.2.1:");
    }

    private static List<PathKind> selectedKinds(Pair.Side side) {
        return side.events(IceOutput.PathSelected.class).stream()
                .map(selected -> selected.pair().pathKind())
                .distinct()
                .toList();
    }

    @Test
    void onlyTheControllingSideNominates() {
        Pair pair = conesWithRelays().signal().run(Duration.ofMinutes(1));

        List<Pair.Flight> nominations = pair.delivered.stream()
                .filter(flight -> flight.message().messageClass() == MessageClass.REQUEST)
                .filter(flight -> flight.message().has(StunAttributes.USE_CANDIDATE))
                .toList();
        assertThat(nominations).isNotEmpty().allMatch(flight -> flight.to() == pair.b);
        assertThat(pair.a.events(IceOutput.Nominated.class)).hasSize(1);
        assertThat(pair.b.events(IceOutput.Nominated.class)).hasSize(1);
    }

    @Test
    void aHostPairIsNominatedAtOnce() {
        Pair pair = new Pair(1, Box.of(Box.Nat.PUBLIC, 1), Box.of(Box.Nat.PUBLIC, 2)).signal();

        pair.run(Duration.ofMillis(45));

        assertThat(pair.delivered.stream().filter(flight -> flight.message().has(StunAttributes.USE_CANDIDATE)))
                .isEmpty();
        pair.run(Pair.DELAY);
        assertThat(pair.delivered).anyMatch(flight -> flight.message().has(StunAttributes.USE_CANDIDATE));
    }

    @Test
    void aRelayedPairWaitsForABetterOneBeforeItIsNominated() {
        Pair pair = conesWithRelays();
        pair.passes = IceNominationTest::isRelayed;
        pair.signal().run(Duration.ofMillis(200));

        assertThat(pair.a.selected().pathKind()).isEqualTo(PathKind.RELAY);
        assertThat(pair.a.events(IceOutput.Nominated.class)).isEmpty();
        pair.run(Duration.ofMillis(300));
        assertThat(pair.a.events(IceOutput.Nominated.class)).hasSize(1);
    }

    @Test
    void aBetterPathThatOpensSoonReplacesTheNominatedRelay() {
        Pair pair = conesWithRelays();
        pair.passes = flight -> isRelayed(flight) || pair.elapsedMillis() > 2000;

        pair.signal().run(SECOND);
        IcePathTest.assertPath(pair, PathKind.RELAY);
        pair.run(Duration.ofSeconds(5));

        IcePathTest.assertPath(pair, PathKind.SRFLX);
        assertThat(selectedKinds(pair.a)).containsExactly(PathKind.RELAY, PathKind.SRFLX);
        assertThat(selectedKinds(pair.b)).containsExactly(PathKind.RELAY, PathKind.SRFLX);
        assertThat(pair.a.events(IceOutput.PathLost.class)).isEmpty();
    }

    @Test
    void aBetterPathThatOpensLongAfterItsChecksFailedReplacesTheRelayToo() {
        Pair pair = conesWithRelays();
        pair.passes = flight -> isRelayed(flight) || pair.elapsedMillis() > 100_000;

        pair.signal().run(Duration.ofSeconds(99));
        IcePathTest.assertPath(pair, PathKind.RELAY);
        pair.run(Duration.ofMinutes(5));

        IcePathTest.assertPath(pair, PathKind.SRFLX);
    }

    @Test
    void aDirectPathThatDiesIsReplacedByTheRelayWithinSecondsAndComesBack() {
        Pair pair = conesWithRelays().signal().run(Duration.ofSeconds(60));
        IcePathTest.assertPath(pair, PathKind.SRFLX);

        pair.passes = IceNominationTest::isRelayed;
        pair.run(Duration.ofSeconds(10));
        assertThat(pair.a.selected().pathKind()).isEqualTo(PathKind.RELAY);
        assertThat(pair.b.selected().pathKind()).isEqualTo(PathKind.RELAY);

        pair.passes = flight -> true;
        pair.run(Duration.ofMinutes(6));
        IcePathTest.assertPath(pair, PathKind.SRFLX);
        assertThat(pair.a.events(IceOutput.PathLost.class)).isEmpty();
        assertThat(pair.b.events(IceOutput.PathLost.class)).isEmpty();
    }

    @Test
    void aNominationThatWasLostForGoodIsHealedByTheNextConsentCheck() {
        Pair pair = conesWithRelays();
        pair.signal().run(Duration.ofSeconds(10));
        IcePathTest.assertPath(pair, PathKind.SRFLX);
        CandidatePair good = pair.b.selected();

        // A stray USE-CANDIDATE from before arrives late: the controlled side follows it.
        Pair.Flight stray = pair.delivered.stream()
                .filter(flight -> flight.to() == pair.b
                        && flight.message().messageClass() == MessageClass.REQUEST
                        && isRelayed(flight))
                .findFirst()
                .orElseThrow();
        byte[] request = CheckMessages.request(
                stray.message().transactionId(), sessionOf(pair), pair.b.agent.localCredentials(), 1, true);
        pair.inject(pair.b, stray.base(), stray.from(), request);
        assertThat(pair.b.selected()).isNotEqualTo(good);

        pair.run(Duration.ofSeconds(7));
        assertThat(pair.b.selected()).isEqualTo(good);
    }

    /** A session that writes requests as side a would. */
    private static IceSession sessionOf(Pair pair) {
        return new IceSession(Role.CONTROLLING, pair.a.agent.localCredentials(), pair.random);
    }
}
