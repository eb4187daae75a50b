package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.simulation.network.Link;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A line that loses every fifth datagram each way, delivers others twice, and in another order. */
class LossSimulationTest {
    private static final Link BAD = Internet.ACCESS
            .withJitter(Duration.ofMillis(30))
            .withLoss(0.2)
            .withDuplication(0.05)
            .withReordering(0.05);

    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3, 4, 5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aDirectConnectionDeliversEverythingInOrderOverABadLine(long seed) {
        Call call = call(seed, Sites.HOME, Sites.HOME, BAD, Internet.ACCESS);
        call.connect();
        call.exchange(300);
        call.assertThatTheServerReadNothing();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRelayedConnectionDeliversEverythingInOrderOverABadLine(long seed) {
        Call call = call(seed, Sites.OFFICE, Sites.OFFICE, Internet.ACCESS, BAD);
        call.connect();
        call.exchange(300);
        call.assertThatTheServerReadNothing();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void twoBadLinesThatLoseAThirdTogetherOnlySlowItDown(long seed) {
        Call call = call(seed, Sites.HOME, Sites.OFFICE, BAD, BAD);
        call.connect();
        call.exchange(100);
        call.assertThatTheServerReadNothing();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aLongMessageArrivesWhole(long seed) {
        Call call = call(seed, Sites.HOME, Sites.HOME, BAD, BAD);
        call.connect();
        String text = "0123456789abcdef".repeat(4_000);
        call.outgoing().send(text);
        call.run(Duration.ofSeconds(60));
        assertThat(call.incoming().received()).containsExactly(text);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anUnreliableDatagramArrivesOnceOrNotAtAll(long seed) {
        Call call = call(seed, Sites.HOME, Sites.HOME, BAD.withDuplication(0.5), Internet.ACCESS);
        call.connect();
        for (int i = 0; i < 500; i++) {
            call.outgoing().sendDatagram("datagram " + i);
            call.run(Duration.ofMillis(10));
        }
        call.run(Duration.ofSeconds(1));
        List<String> received = call.incoming().receivedDatagrams();
        assertThat(received).doesNotHaveDuplicates().hasSizeBetween(300, 480);
        assertThat(new HashSet<>(received)).allMatch(text -> text.startsWith("datagram "));
    }

    private Call call(long seed, Site a, Site b, Link accessA, Link accessB) {
        return new Call(simulations.internet(seed), a, b, accessA, accessB, IceTransportPolicy.ALL);
    }
}
