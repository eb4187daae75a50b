package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Both peers call each other at once, or nearly so. */
class GlareSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static Stream<Arguments> crossingCalls() {
        return arguments(IntStream.of(0, 1, 5, 10, 20, 30, 40), 1, 2, 3, 4);
    }

    @ParameterizedTest(name = "seed {0}, the second call {1} ms later")
    @MethodSource("crossingCalls")
    void twoCallsThatCrossBecomeOneConnection(long seed, int laterMillis) {
        Calls calls = new Calls(simulations.internet(seed), laterMillis);

        assertThat(calls.call.a().incoming()).as("other connections of a").isEmpty();
        assertThat(calls.call.b().incoming()).as("other connections of b").isEmpty();
        calls.ofA.send("from a");
        calls.ofB.send("from b");
        calls.call.run(Duration.ofSeconds(1));
        assertThat(calls.ofA.received()).containsExactly("from b");
        assertThat(calls.ofB.received()).containsExactly("from a");
    }

    static Stream<Arguments> callsAndCallsBack() {
        return arguments(IntStream.of(500, 1_000, 5_000), 1, 2, 3, 4);
    }

    @ParameterizedTest(name = "seed {0}, the second call {1} ms later")
    @MethodSource("callsAndCallsBack")
    void aCallBackIsAConnectionOfItsOwn(long seed, int laterMillis) {
        Calls calls = new Calls(simulations.internet(seed), laterMillis);

        calls.ofA.send("on the first");
        calls.ofB.send("on the second");
        calls.call.run(Duration.ofSeconds(1));
        assertThat(calls.call.b().incoming().getFirst().received()).containsExactly("on the first");
        assertThat(calls.call.a().incoming().getFirst().received()).containsExactly("on the second");
    }

    static Stream<Arguments> everyMoment() {
        return arguments(IntStream.iterate(0, millis -> millis <= 400, millis -> millis + 4), 9);
    }

    /** Somewhere between crossing and calling back, one becomes the other; nothing is lost or doubled there. */
    @ParameterizedTest(name = "seed {0}, the second call {1} ms later")
    @MethodSource("everyMoment")
    void whateverTheMomentBothCallsSucceedAndAMessageArrivesOnce(long seed, int laterMillis) {
        Calls calls = new Calls(simulations.internet(seed), laterMillis);

        calls.ofA.send("from a");
        calls.ofB.send("from b");
        calls.call.run(Duration.ofSeconds(1));
        assertThat(received(calls.ofA, calls.call.a())).containsExactly("from b");
        assertThat(received(calls.ofB, calls.call.b())).containsExactly("from a");
    }

    private static List<String> received(PeerConversation outgoing, PeerNode node) {
        List<String> received = new ArrayList<>(outgoing.received());
        node.incoming().forEach(incoming -> received.addAll(incoming.received()));
        return received;
    }

    private static Stream<Arguments> arguments(IntStream laterMillis, long... seeds) {
        List<Integer> delays = laterMillis.boxed().toList();
        return Simulations.seeds(seeds)
                .boxed()
                .flatMap(seed -> delays.stream().map(millis -> Arguments.of(seed, millis)));
    }

    /** Two peers of which each has called the other and succeeded. */
    private static final class Calls {
        private final Call call;
        private final PeerConversation ofA;
        private final PeerConversation ofB;

        private Calls(Internet internet, int laterMillis) {
            call = new Call(internet, Sites.HOME, Sites.HOME);
            call.run(Duration.ofSeconds(2));
            ofA = call.a().connect(call.b().peerId());
            call.run(Duration.ofMillis(laterMillis));
            ofB = call.b().connect(call.a().peerId());
            call.run(Duration.ofSeconds(5));
            assertThat(ofA.failure()).isNull();
            assertThat(ofB.failure()).isNull();
            assertThat(ofA.isOpen()).isTrue();
            assertThat(ofB.isOpen()).isTrue();
        }
    }
}
