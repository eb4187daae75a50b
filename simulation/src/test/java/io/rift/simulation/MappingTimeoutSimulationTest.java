package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NATs that forget a mapping after 30 s and do not count what comes in as use. */
class MappingTimeoutSimulationTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepAlivesHoldADirectPathForTenQuietMinutes(long seed) {
        Site forgetful = Sites.home(nat -> nat.withMappingTimeout(TIMEOUT).withInboundRefresh(false));
        staysOnOnePath(new Call(simulations.internet(seed), forgetful, forgetful), false);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepAlivesHoldARelayedPathForTenQuietMinutes(long seed) {
        Site forgetful = Sites.office(nat -> nat.withMappingTimeout(TIMEOUT).withInboundRefresh(false));
        staysOnOnePath(new Call(simulations.internet(seed), forgetful, forgetful), true);
    }

    /** Not a call for ten minutes: the peer has to know its mapping, or the call would offer a dead candidate. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepAlivesHoldTheServerReflexiveCandidateOfAPeerThatWaits(long seed) {
        Site forgetful = Sites.home(nat -> nat.withMappingTimeout(TIMEOUT).withInboundRefresh(false));
        Call call = new Call(simulations.internet(seed), forgetful, forgetful);
        call.run(Duration.ofMinutes(10));
        call.connect();
        call.exchange(5);
        call.run(Duration.ofSeconds(5));
        assertThat(call.outgoing().path().pathKind()).isNotEqualTo(PathKind.RELAY);
    }

    private static void staysOnOnePath(Call call, boolean relayed) {
        call.connect();
        call.exchange(5);
        call.run(Duration.ofSeconds(30));
        int pathsBefore =
                call.outgoing().pathKinds().size() + call.incoming().pathKinds().size();

        call.run(Duration.ofMinutes(10));

        assertThat(call.outgoing().pathKinds().size()
                        + call.incoming().pathKinds().size())
                .as(
                        "paths %s and %s",
                        call.outgoing().pathKinds(), call.incoming().pathKinds())
                .isEqualTo(pathsBefore);
        assertThat(call.outgoing().path().pathKind() == PathKind.RELAY).isEqualTo(relayed);
        call.exchange(5);
        call.assertThatTheServerReadNothing();
    }
}
