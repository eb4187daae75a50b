package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.session.CloseReason;
import io.rift.peer.core.session.ConnectFailure;
import io.rift.protocol.IpAddress;
import io.rift.simulation.network.Realm;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that break, and better ones that open, under a connection. */
class PathChangeSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whenTheDirectPathBreaksTheConnectionGoesOnThroughTheRelay(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        call.connect();
        call.exchange(5);
        call.run(Duration.ofSeconds(5));
        assertThat(call.outgoing().path().pathKind()).isEqualTo(PathKind.SRFLX);

        breakDirectPaths(call);
        call.exchange(5);
        call.run(Duration.ofSeconds(30));
        call.exchange(5);
        assertThat(call.outgoing().path().pathKind()).isEqualTo(PathKind.RELAY);
        assertThat(call.incoming().path().pathKind()).isEqualTo(PathKind.RELAY);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whenADirectPathOpensTheConnectionLeavesTheRelay(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        breakDirectPaths(call);
        call.connect();
        call.exchange(5);
        call.run(Duration.ofSeconds(20));
        assertThat(call.outgoing().path().pathKind()).isEqualTo(PathKind.RELAY);

        attack(call, List::of);
        call.run(Duration.ofMinutes(2));
        call.exchange(5);
        assertThat(call.outgoing().path().pathKind()).isEqualTo(PathKind.SRFLX);
        assertThat(call.incoming().path().pathKind()).isEqualTo(PathKind.SRFLX);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anOutageOfTenSecondsIsNoEnd(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.OFFICE);
        call.connect();
        call.exchange(5);
        attack(call, datagram -> List.of());
        call.run(Duration.ofSeconds(10));
        attack(call, List::of);
        call.exchange(5);
        assertThat(call.outgoing().isOpen()).isTrue();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anOutageWithoutEndEndsTheConnectionOnBothSidesWithinAMinute(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        call.connect();
        attack(call, datagram -> List.of());
        call.run(Duration.ofMinutes(1));
        assertThat(call.outgoing().closeReason()).isEqualTo(CloseReason.PEER_VANISHED);
        assertThat(call.incoming().closeReason()).isEqualTo(CloseReason.PEER_VANISHED);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPeerWithoutUdpFailsAndSaysSo(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        call.siteA().setAccess(Internet.ACCESS.withLoss(1));
        call.run(Duration.ofSeconds(10));
        assertThat(call.a().endpoint().natKind().wireName()).isEqualTo("blocked");

        PeerConversation outgoing = call.a().connect(call.b().peerId());
        call.run(PeerNode.CONNECT_TIMEOUT.plusSeconds(1));
        assertThat(outgoing.failure()).isInstanceOf(ConnectFailure.NoPath.class);
        assertThat(call.b().incoming().getFirst().failure()).isNotNull();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nobodyAtHomeIsToldAtOnce(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
        call.run(Duration.ofSeconds(2));
        Identity stranger = Identity.generate(call.internet().network().randomGenerator());
        PeerConversation outgoing = call.a().connect(stranger.peerId());
        call.run(Duration.ofSeconds(1));
        assertThat(outgoing.failure()).isEqualTo(new ConnectFailure.PeerOffline());
    }

    /** Lets through only what comes from the server or goes there. */
    private static void breakDirectPaths(Call call) {
        IpAddress server = call.internet().server().address();
        attack(
                call,
                datagram -> datagram.source().ip().equals(server)
                                || datagram.destination().ip().equals(server)
                        ? List.of(datagram)
                        : List.of());
    }

    private static void attack(Call call, Realm.Attacker attacker) {
        call.internet().network().internet().attackBy(attacker);
    }
}
