package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Alice and Bob on one network, from one seed. */
final class TwoPeers {

    final long seed;
    final World world;
    final Node alice;
    final Node bob;

    TwoPeers(long seed) {
        this(seed, 1);
    }

    TwoPeers(long seed, int networks) {
        this.seed = seed;
        world = new World(seed);
        alice = world.node(1, networks, IceTransportPolicy.ALL);
        bob = world.node(2, networks, IceTransportPolicy.ALL);
    }

    TwoPeers signedIn() {
        alice.signIn();
        bob.signIn();
        await(() -> alice.endpoint.isSignedIn() && bob.endpoint.isSignedIn(), Duration.ofSeconds(1));
        return this;
    }

    TwoPeers connected() {
        signedIn();
        alice.connect(bob);
        awaitEstablished();
        return this;
    }

    void awaitEstablished() {
        await(
                () -> alice.has(EndpointOutput.ConnectionEstablished.class)
                        && bob.has(EndpointOutput.ConnectionEstablished.class),
                Duration.ofSeconds(5));
    }

    void await(BooleanSupplier condition, Duration atMost) {
        assertThat(world.runUntil(condition, atMost))
                .as("seed %d, alice %s, bob %s", seed, alice.events, bob.events)
                .isTrue();
    }

    void awaitFailure(Node node, Duration atMost) {
        await(() -> node.has(EndpointOutput.ConnectionFailed.class), atMost);
    }

    void awaitClosed(Node node, Duration atMost) {
        await(() -> node.has(EndpointOutput.ConnectionClosed.class), atMost);
    }
}
