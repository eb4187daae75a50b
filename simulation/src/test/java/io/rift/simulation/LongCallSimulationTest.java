package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Three hours: longer than allocations, permissions, channels, nonces and the credentials of the relay live. */
class LongCallSimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRelayedCallOutlivesEveryLeaseOfTheRelay(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.OFFICE, Sites.OFFICE);
        call.connect();
        call.run(Duration.ofSeconds(10));
        int paths = call.outgoing().pathKinds().size();
        for (int minute = 0; minute < 180; minute += 10) {
            call.exchange(1);
            call.run(Duration.ofMinutes(10));
        }
        call.exchange(1);
        assertThat(call.outgoing().pathKinds()).hasSize(paths).last().isEqualTo(PathKind.RELAY);
        call.assertThatTheServerReadNothing();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPeerThatWaitedForThreeHoursCanBeCalledThroughTheRelay(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.OFFICE, Sites.OFFICE);
        call.run(Duration.ofHours(3));
        call.connect();
        call.exchange(5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void callsThatComeAndGoLeaveNothingBehind(long seed) {
        Call call = new Call(simulations.internet(seed), Sites.OFFICE, Sites.OFFICE);
        call.run(Duration.ofSeconds(2));
        for (int i = 0; i < 50; i++) {
            PeerConversation outgoing = call.a().connect(call.b().peerId());
            call.run(Duration.ofSeconds(3));
            assertThat(outgoing.isOpen()).isTrue();
            outgoing.send("hello " + i);
            call.run(Duration.ofSeconds(1));
            outgoing.close();
            call.run(Duration.ofSeconds(4));
            assertThat(call.incoming().received()).containsExactly("hello " + i);
            assertThat(call.incoming().closeReason()).isNotNull();
        }
        call.run(Duration.ofMinutes(2));
        assertThat(call.server().turn().relayedAddresses())
                .as("allocations in use")
                .isEmpty();
        assertThat(call.a().endpoint().statistics().connections()).isZero();
        assertThat(call.b().endpoint().statistics().connections()).isZero();
    }
}
