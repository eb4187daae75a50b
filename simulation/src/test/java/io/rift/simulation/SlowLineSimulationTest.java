package io.rift.simulation;

import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.simulation.network.Link;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Satellites, and lines that are full. */
class SlowLineSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static Stream<Arguments> seedsAndDelays() {
        return Simulations.seeds(1, 2)
                .boxed()
                .flatMap(seed -> Stream.of(300, 600, 1_000).map(millis -> Arguments.of(seed, millis)));
    }

    @ParameterizedTest(name = "seed {0}, {1} ms each way")
    @MethodSource("seedsAndDelays")
    void aDirectConnectionComesAbout(long seed, int oneWayMillis) {
        exchange(seed, oneWayMillis, Sites.HOME, Sites.HOME);
    }

    @ParameterizedTest(name = "seed {0}, {1} ms each way")
    @MethodSource("seedsAndDelays")
    void aRelayedConnectionComesAbout(long seed, int oneWayMillis) {
        exchange(seed, oneWayMillis, Sites.OFFICE, Sites.OFFICE);
    }

    private void exchange(long seed, int oneWayMillis, Site a, Site b) {
        Link satellite = Link.of(Duration.ofMillis(oneWayMillis)).withJitter(Duration.ofMillis(oneWayMillis / 5));
        Call call = new Call(simulations.internet(seed), a, b, satellite, Internet.ACCESS, IceTransportPolicy.ALL);
        call.connect();
        call.exchange(20);
        call.run(Duration.ofMinutes(5));
        call.exchange(20);
        call.assertThatTheServerReadNothing();
    }
}
