package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SimulationsTest {
    private final Simulations simulations = new Simulations();

    @Test
    void aFailureNamesItsSeedAndTheLastPacketsAndKeepsItsOwnMessageAndStack() {
        Internet internet = simulations.internet(4711);
        new PeerNode(internet, new ServerNode(internet), internet.site("alice", Sites.HOME));
        internet.network().time().run(Duration.ofSeconds(1).toNanos());
        AssertionError thrown = new AssertionError("expected this, was that");

        assertThatThrownBy(() -> simulations.handleTestExecutionException(null, thrown))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("expected this, was that")
                .hasMessageContaining("-Dseed=4711")
                .hasMessageContaining("alice nat")
                .hasMessageContaining("Binding request")
                .hasMessageContaining("-> rendezvous")
                .hasCause(thrown)
                .satisfies(failure -> assertThat(failure.getStackTrace()).isEqualTo(thrown.getStackTrace()));
    }
}
