package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.simulation.network.Link;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeterminismSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    @Test
    void theSameSeedGivesTheSamePacketsDownToTheLastBit() {
        assertThat(hashOfACall(7)).isEqualTo(hashOfACall(7));
        assertThat(hashOfACall(8)).isNotEqualTo(hashOfACall(7));
    }

    /** System.nanoTime may be anything, and may pass from the largest to the smallest long while a call goes on. */
    @ParameterizedTest(name = "the clock starts at {0}")
    @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 3_000_000_000L, -3_000_000_000L})
    void aCallSurvivesTheWrapOfTheMonotonicClock(long startNanos) {
        Call call = new Call(simulations.internet(1, startNanos), Sites.OFFICE, Sites.OFFICE);
        call.connect();
        call.exchange(5);
        call.run(Duration.ofMinutes(15));
        call.exchange(5);
    }

    private String hashOfACall(long seed) {
        Link bad = Internet.ACCESS.withLoss(0.1).withDuplication(0.05).withReordering(0.05);
        Internet internet = simulations.internet(seed);
        Call call = new Call(internet, Sites.HOME, Sites.OFFICE, bad, bad, IceTransportPolicy.ALL);
        call.connect();
        call.exchange(20);
        call.run(Duration.ofMinutes(1));
        return internet.network().trace().hash();
    }
}
