package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EndpointSimulationTest {

    private static final long SEED = Long.getLong("seed", 1L);

    private final World world = new World(SEED);
    private final Node alice = world.node(1, 1, IceTransportPolicy.ALL);
    private final Node bob = world.node(2, 1, IceTransportPolicy.ALL);

    @Test
    void twoPeersExchangeAThousandMessagesEachWayOverALossyPath() {
        SplittableRandom fate = new SplittableRandom(SEED);
        world.filter = (from, to, datagram) -> fate.nextInt(100) < 5;
        connectAliceToBob();
        List<String> messages =
                IntStream.range(0, 1_000).mapToObj(i -> "message " + i).toList();
        for (String message : messages) {
            assertThat(alice.send(alice.established(), message)).isTrue();
            assertThat(bob.send(bob.established(), message)).isTrue();
        }
        assertThat(world.runUntil(
                        () -> alice.texts().size() == 1_000 && bob.texts().size() == 1_000, Duration.ofSeconds(60)))
                .as("seed %d", SEED)
                .isTrue();
        assertThat(alice.texts()).isEqualTo(messages);
        assertThat(bob.texts()).isEqualTo(messages);
    }

    private void connectAliceToBob() {
        signIn();
        alice.connect(bob);
        assertThat(world.runUntil(this::bothAreEstablished, Duration.ofSeconds(5)))
                .as("%s / %s", alice.events, bob.events)
                .isTrue();
    }

    private boolean bothAreEstablished() {
        return alice.has(EndpointOutput.ConnectionEstablished.class)
                && bob.has(EndpointOutput.ConnectionEstablished.class);
    }

    private void signIn() {
        alice.signIn();
        bob.signIn();
        assertThat(world.runUntil(
                        () -> alice.has(EndpointOutput.SignedIn.class) && bob.has(EndpointOutput.SignedIn.class),
                        Duration.ofSeconds(5)))
                .isTrue();
    }
}
