package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two whole peers and a whole server: every pair of NATs is joined as well as it can be, and the server reads nothing. */
class NatMatrixSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static Stream<Arguments> pairsAndSeeds() {
        return Simulations.seeds(1)
                .boxed()
                .flatMap(seed -> NatKinds.pairs().stream().map(pair -> Arguments.of(pair, seed)));
    }

    @ParameterizedTest(name = "{0}, seed {1}")
    @MethodSource("pairsAndSeeds")
    void everyPairIsJoinedByTheBestPathAndTheServerReadsNothing(NatKinds.Pair pair, long seed) {
        Call call =
                new Call(simulations.internet(seed), pair.a().site(), pair.b().site());

        call.connect();
        call.exchange(20);
        call.run(Duration.ofSeconds(10));

        assertThat(call.outgoing().path().pathKind() != PathKind.RELAY)
                .as("direct by %s", call.outgoing().pathKinds())
                .isEqualTo(pair.expected().isDirectToday());
        assertThat(call.incoming().path().pathKind() != PathKind.RELAY)
                .as("direct by %s", call.incoming().pathKinds())
                .isEqualTo(pair.expected().isDirectToday());
        call.exchange(20);
        call.assertThatTheServerReadNothing();
    }
}
