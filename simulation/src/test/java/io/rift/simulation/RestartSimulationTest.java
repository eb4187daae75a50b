package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.session.CloseReason;
import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.simulation.network.NatBehavior;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What loses power, reboots or is cut off comes back. */
class RestartSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPeerThatLostPowerIsReachableUnderItsIdentityAsSoonAsItIsBack(long seed) {
        Call call = connected(seed, Sites.HOME, Sites.HOME);
        PeerConversation before = call.outgoing();
        call.b().powerOff();
        call.run(Duration.ofSeconds(3));

        PeerNode restarted = restart(call);
        call.run(Duration.ofSeconds(2));
        PeerConversation after = call.a().connect(restarted.peerId());
        call.run(Duration.ofSeconds(3));
        after.send("welcome back");
        call.run(Duration.ofSeconds(1));

        assertThat(after.isOpen()).isTrue();
        assertThat(restarted.incoming().getLast().received()).containsExactly("welcome back");
        call.run(Duration.ofMinutes(1));
        assertThat(before.closeReason()).isEqualTo(CloseReason.PEER_VANISHED);
        assertThat(after.isOpen()).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPeerThatLostPowerCanCallWhoStillBelievesInTheOldConnection(long seed) {
        Call call = connected(seed, Sites.OFFICE, Sites.OFFICE);
        call.b().powerOff();
        call.run(Duration.ofSeconds(1));

        PeerNode restarted = restart(call);
        call.run(Duration.ofSeconds(2));
        PeerConversation back = restarted.connect(call.a().peerId());
        call.run(Duration.ofSeconds(3));
        back.send("here I am");
        call.run(Duration.ofSeconds(1));

        assertThat(back.isOpen()).isTrue();
        assertThat(call.a().incoming().getLast().received()).containsExactly("here I am");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aConnectionOutlivesTheRendezvousAndTheNextCallFindsItAgain(long seed) {
        Call call = connected(seed, Sites.HOME, Sites.HOME);
        call.a().cutRendezvous();
        call.b().cutRendezvous();
        call.exchange(5);
        call.run(Duration.ofMinutes(2));
        call.exchange(5);

        PeerConversation another = call.b().connect(call.a().peerId());
        call.run(Duration.ofSeconds(3));
        assertThat(another.isOpen()).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPeerThatIsStoppedSaysGoodbye(long seed) {
        Call call = connected(seed, Sites.OFFICE, Sites.OFFICE);
        call.b().stop();
        call.run(Duration.ofSeconds(5));

        assertThat(call.outgoing().closeReason()).isEqualTo(CloseReason.CLOSED_BY_PEER);
        assertThat(call.incoming().closeReason()).isEqualTo(CloseReason.ENDPOINT_STOPPED);
        call.run(Duration.ofMinutes(1));
        assertThat(call.server().turn().relayedAddresses())
                .as("allocations in use")
                .isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theSameIdentityElsewhereTakesOverAndTheOldOneIsTold(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        call.run(Duration.ofSeconds(2));
        new PeerNode(
                call.internet(),
                call.server(),
                call.internet().site("elsewhere", Sites.HOME),
                call.b().identity(),
                IceTransportPolicy.ALL);
        call.run(Duration.ofMillis(500));

        assertThat(call.b().signInRefusals()).containsExactly(RendezvousErrorCode.REPLACED.wireName());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aDirectConnectionSurvivesTheRebootOfARouterThatFiltersNothing(long seed) {
        Site open = Site.behind(NatBehavior.Mapping.ENDPOINT_INDEPENDENT, NatBehavior.Filtering.ENDPOINT_INDEPENDENT);
        Call call = connected(seed, Sites.HOME, open);
        call.siteA().nat().reboot();
        call.run(Duration.ofSeconds(30));
        call.exchange(5);
    }

    private Call connected(long seed, Site a, Site b) {
        Call call = new Call(simulations.internet(seed), a, b);
        call.connect();
        call.exchange(3);
        return call;
    }

    private static PeerNode restart(Call call) {
        return new PeerNode(
                call.internet(), call.server(), call.siteB(), call.b().identity(), IceTransportPolicy.ALL);
    }
}
