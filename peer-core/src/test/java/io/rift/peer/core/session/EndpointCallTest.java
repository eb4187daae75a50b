package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.peer.core.secure.Identity;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.SessionId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointCallTest {

    private final TwoPeers peers = new TwoPeers(7);
    private final World world = peers.world;
    private final Node alice = peers.alice;
    private final Node bob = peers.bob;

    @Test
    void aPeerThatIsNotSignedInIsOffline() {
        alice.signIn();
        world.run(Duration.ofSeconds(1));
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(1));
        assertThat(alice.failure()).isInstanceOf(ConnectFailure.PeerOffline.class);
        assertThat(world.rendezvous.reports()).isEmpty();
    }

    @Test
    void aPeerDoesNotCallItself() {
        assertThatIllegalArgumentException().isThrownBy(() -> alice.connect(alice));
    }

    @Test
    void aRefusedCallerLearnsNoAddress() {
        bob.accepts = false;
        peers.signedIn();
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(1));
        assertThat(alice.failure()).isEqualTo(new ConnectFailure.Refused("peer-refused"));
        assertThat(bob.failure()).isInstanceOf(ConnectFailure.Abandoned.class);
        assertThat(world.sent).isEmpty();
        assertThat(world.rendezvous.received)
                .filteredOn(RendezvousMessage.IceCandidates.class::isInstance)
                .isEmpty();
    }

    @Test
    void anOfferThatNobodyAnswersEnds() {
        bob.decides = false;
        peers.signedIn();
        alice.connect(bob);
        peers.awaitFailure(bob, EndpointLimits.ACCEPT_TIMEOUT.plusSeconds(1));
        assertThat(bob.failure()).isInstanceOf(ConnectFailure.Abandoned.class);
        peers.awaitFailure(alice, Duration.ofSeconds(6));
        assertThat(alice.failure()).isInstanceOf(ConnectFailure.NoPath.class);
        assertThat(world.sent).isEmpty();
    }

    @ParameterizedTest(name = "{0} ms apart")
    @ValueSource(ints = {0, 3, 10, 200, 215, 240})
    void bothCallAtOnceAndGetOneConnection(int millisApart) {
        peers.signedIn();
        Node smaller = alice.endpoint.peerId().compareTo(bob.endpoint.peerId()) < 0 ? alice : bob;
        Node larger = smaller == alice ? bob : alice;
        for (Node first : List.of(smaller, larger)) {
            Node second = first == smaller ? larger : smaller;
            clear();
            second.decides = false; // its application has not answered yet when it calls itself
            ConnectionId ofFirst = first.connect(second);
            world.run(Duration.ofMillis(millisApart));
            ConnectionId ofSecond = second.connect(first);
            peers.awaitEstablished();
            world.run(Duration.ofSeconds(2));
            assertThat(first.established()).isEqualTo(ofFirst);
            assertThat(second.established()).isEqualTo(ofSecond);
            assertThat(first.events(EndpointOutput.ConnectionEstablished.class)).hasSize(1);
            assertThat(second.events(EndpointOutput.ConnectionEstablished.class))
                    .hasSize(1);
            assertThat(world.rendezvous.sessions()).isEqualTo(1);
            first.send(ofFirst, "one");
            second.send(ofSecond, "two");
            peers.await(
                    () -> second.texts().equals(List.of("one")) && first.texts().equals(List.of("two")),
                    Duration.ofSeconds(1));
            first.close(ofFirst);
            world.run(Duration.ofSeconds(5));
        }
    }

    private void clear() {
        for (Node node : List.of(alice, bob)) {
            node.events.clear();
            node.decides = true;
        }
    }

    @Test
    void twoPeersMayHaveTwoConnections() {
        peers.connected();
        alice.connect(bob);
        peers.await(() -> bob.events(EndpointOutput.ConnectionEstablished.class).size() == 2, Duration.ofSeconds(5));
        bob.connect(alice);
        peers.await(
                () -> alice.events(EndpointOutput.ConnectionEstablished.class).size() == 3, Duration.ofSeconds(5));
    }

    @ParameterizedTest(name = "{0} ms apart")
    @ValueSource(ints = {0, 1, 15, 25, 40})
    void twoConnectionsThatBeginTogetherBothWork(int millisApart) {
        peers.signedIn();
        ConnectionId first = alice.connect(bob);
        world.run(Duration.ofMillis(millisApart));
        ConnectionId second = alice.connect(bob);
        peers.await(() -> bob.events(EndpointOutput.ConnectionEstablished.class).size() == 2, Duration.ofSeconds(2));
        alice.send(first, "one");
        alice.send(second, "two");
        peers.await(() -> bob.texts().size() == 2, Duration.ofSeconds(1));
        assertThat(bob.texts()).containsExactlyInAnyOrder("one", "two");
        for (EndpointOutput.MessageReceived received : bob.events(EndpointOutput.MessageReceived.class)) {
            bob.send(received.id(), "answer to " + StandardCharsets.UTF_8.decode(received.message()));
        }
        peers.await(() -> alice.texts().size() == 2, Duration.ofSeconds(1));
        for (EndpointOutput.MessageReceived received : alice.events(EndpointOutput.MessageReceived.class)) {
            String expected = received.id().equals(first) ? "answer to one" : "answer to two";
            assertThat(StandardCharsets.UTF_8.decode(received.message()).toString())
                    .isEqualTo(expected);
        }
        world.run(Duration.ofSeconds(60));
        for (Node node : List.of(alice, bob)) {
            assertThat(node.has(EndpointOutput.ConnectionFailed.class)).isFalse();
            assertThat(node.has(EndpointOutput.ConnectionClosed.class)).isFalse();
        }
    }

    @Test
    void aPeerThatRestartedConnectsAgainAtOnce() {
        Identity identity = Identity.generate(world.random);
        Node first = world.node(identity, 3, 1, IceTransportPolicy.ALL);
        first.signIn();
        peers.signedIn();
        first.connect(bob);
        peers.await(() -> bob.has(EndpointOutput.ConnectionEstablished.class), Duration.ofSeconds(2));
        world.kill(first);
        Node second = world.node(identity, 3, 1, IceTransportPolicy.ALL);
        second.signIn();
        world.run(Duration.ofSeconds(1));
        second.connect(bob);
        peers.await(() -> bob.events(EndpointOutput.ConnectionEstablished.class).size() == 2, Duration.ofSeconds(2));
        assertThat(second.has(EndpointOutput.ConnectionEstablished.class)).isTrue();
    }

    @Test
    void aCallWaitsForTheSignIn() {
        bob.signIn();
        alice.connect(bob);
        world.run(Duration.ofSeconds(5));
        alice.signIn();
        peers.awaitEstablished();
    }

    @Test
    void aCallWithoutSignInFailsWhenItsTimeIsOver() {
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(16));
        assertThat(alice.failure()).isInstanceOf(ConnectFailure.NotSignedIn.class);
    }

    @Test
    void aCallSurvivesALostServerThatComesBack() {
        bob.decides = false;
        peers.signedIn();
        alice.connect(bob);
        peers.await(() -> bob.has(EndpointOutput.IncomingConnection.class), Duration.ofSeconds(1));
        world.rendezvous.stop();
        world.run(Duration.ofSeconds(2));
        assertThat(bob.failure()).isInstanceOf(ConnectFailure.NotSignedIn.class);
        bob.decides = true;
        world.rendezvous.up = true;
        peers.signedIn();
        peers.awaitEstablished();
    }

    @Test
    void anEstablishedConnectionDoesNotNeedTheServer() {
        peers.connected();
        world.rendezvous.stop();
        world.run(Duration.ofMinutes(10));
        alice.send(alice.established(), "without a server");
        peers.await(() -> bob.texts().contains("without a server"), Duration.ofSeconds(1));
    }

    @Test
    void aPeerWhoseNetworkSwallowsEverythingIsGivenUpWithWhatWasTried() {
        peers.signedIn();
        world.filter = (from, to, datagram) -> true;
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(16));
        assertThat(alice.failure())
                .isInstanceOfSatisfying(
                        ConnectFailure.NoPath.class,
                        failure -> assertThat(failure.tried()).contains("our candidates 1 host", "theirs 1 host"));
        assertThat(world.rendezvous.reports())
                .singleElement()
                .extracting(RendezvousMessage.Report::path)
                .isEqualTo(ConnectionPath.FAILED);
    }

    @Test
    void aRelayOnlyPeerWithoutARelayFailsAndNeverSendsDirectly() {
        Node shy = world.node(9, 1, IceTransportPolicy.RELAY);
        shy.signIn();
        peers.signedIn();
        shy.connect(bob);
        peers.awaitFailure(shy, Duration.ofSeconds(16));
        bob.connect(shy);
        peers.awaitFailure(bob, Duration.ofSeconds(16));
        assertThat(world.sent).noneMatch(sent -> sent.from().toString().startsWith("10.0.1.9"));
        assertThat(world.rendezvous.received)
                .allSatisfy(message -> assertThat(message.toString()).doesNotContain("10.0.1.9"));
    }

    @Test
    void moreOffersThanTheLimitAreRefusedAsBusy() {
        bob.decides = false;
        peers.signedIn();
        for (int i = 0; i < 5; i++) {
            alice.connect(bob);
        }
        peers.awaitFailure(alice, Duration.ofSeconds(1));
        world.run(Duration.ofSeconds(1));
        assertThat(bob.events(EndpointOutput.IncomingConnection.class)).hasSize(EndpointLimits.MAX_HALF_OPEN_PER_PEER);
        assertThat(bob.endpoint.statistics().refusedOffers()).isEqualTo(3);
    }

    @Test
    void onePeerGetsEightConnectionsAndOthersStillGetTheirs() {
        peers.signedIn();
        Node carol = world.node(3, 1, IceTransportPolicy.ALL);
        carol.signIn();
        for (int i = 0; i < 8; i++) {
            alice.connect(bob);
            world.run(Duration.ofSeconds(1));
        }
        assertThat(alice.events(EndpointOutput.ConnectionEstablished.class)).hasSize(8);
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(1));
        assertThat(alice.failure()).isEqualTo(new ConnectFailure.Refused("peer-refused"));
        carol.connect(bob);
        peers.await(() -> carol.has(EndpointOutput.ConnectionEstablished.class), Duration.ofSeconds(2));
        bob.connect(alice);
        peers.await(
                () -> alice.events(EndpointOutput.ConnectionEstablished.class).size() == 9, Duration.ofSeconds(2));

        alice.close(alice.events(EndpointOutput.ConnectionEstablished.class)
                .getFirst()
                .id());
        world.run(Duration.ofSeconds(1));
        alice.connect(bob);
        peers.await(
                () -> alice.events(EndpointOutput.ConnectionEstablished.class).size() == 10, Duration.ofSeconds(2));
    }

    @Test
    void theLastPlacesAreForCallsOfOurOwn() {
        peers.signedIn();
        Node absent = world.node(3, 1, IceTransportPolicy.ALL);
        // Nothing comes back to the calls of a peer that is not there: they stay open.
        SessionId unknown = SessionId.random(world.random);
        world.rendezvous.tamper = message -> message instanceof RendezvousMessage.ErrorMessage error
                        && error.code() == RendezvousErrorCode.PEER_OFFLINE
                ? new RendezvousMessage.ErrorMessage(error.code(), error.message(), unknown)
                : message;
        int open = EndpointLimits.MAX_CONNECTIONS - EndpointLimits.RESERVED_FOR_OUTGOING;
        for (int i = 0; i < open; i++) {
            bob.connect(absent);
        }
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(1));
        assertThat(alice.failure()).isEqualTo(new ConnectFailure.Refused("peer-refused"));
        bob.connect(alice);
        peers.awaitEstablished();
        for (int i = open + 1; i < EndpointLimits.MAX_CONNECTIONS; i++) {
            bob.connect(absent);
        }
        assertThat(bob.has(EndpointOutput.ConnectionFailed.class)).isFalse();
        bob.connect(absent);
        assertThat(bob.failure()).isInstanceOf(ConnectFailure.LimitReached.class);
    }

    @Test
    void offersInAFloodAreRefusedAsBusy() {
        bob.decides = false;
        peers.signedIn();
        for (int i = 0; i < 40; i++) {
            Node caller = world.node(50 + i, 1, IceTransportPolicy.ALL);
            caller.signIn();
            world.run(Duration.ofMillis(30));
            caller.connect(bob);
        }
        world.run(Duration.ofMillis(500));
        // A burst of twice the rate, and what came in since.
        assertThat(bob.events(EndpointOutput.IncomingConnection.class)).hasSizeBetween(20, 34);
        assertThat(bob.endpoint.statistics().refusedOffers()).isGreaterThan(5);
    }

    @Test
    void aCallThatIsGivenUpTellsTheOtherSide() {
        bob.decides = false;
        peers.signedIn();
        ConnectionId id = alice.connect(bob);
        peers.await(() -> bob.has(EndpointOutput.IncomingConnection.class), Duration.ofSeconds(1));
        alice.close(id);
        peers.awaitFailure(bob, Duration.ofSeconds(1));
        assertThat(alice.failure()).isInstanceOf(ConnectFailure.Abandoned.class);
        assertThat(bob.failure()).isInstanceOf(ConnectFailure.Refused.class);
    }

    @Test
    void aCallWhoseOwnTimeIsOverTimesOutThoughTheOtherSidesEndIsHandledFirst() {
        peers.signedIn();
        world.filter = (from, to, datagram) -> true;
        long startedAtNanos = world.nowNanos;
        alice.connect(bob);
        world.run(Duration.ofSeconds(14));
        RendezvousMessage.End end = new RendezvousMessage.End(world.rendezvous.anySession());
        assertThat(alice.has(EndpointOutput.ConnectionFailed.class)).isFalse();
        world.nowNanos = startedAtNanos + Duration.ofSeconds(15).toNanos();
        alice.rendezvousMessage(end);
        assertThat(alice.failure())
                .isInstanceOfSatisfying(
                        ConnectFailure.NoPath.class,
                        failure -> assertThat(failure.tried()).contains("no path answered"));
    }

    @Test
    void aCallThatTheOtherSideGivesUpBeforeItsTimeIsRefused() {
        peers.signedIn();
        world.filter = (from, to, datagram) -> true;
        alice.connect(bob);
        world.run(Duration.ofSeconds(14));
        alice.rendezvousMessage(new RendezvousMessage.End(world.rendezvous.anySession()));
        assertThat(alice.failure()).isEqualTo(new ConnectFailure.Refused("it gave the attempt up"));
    }

    @Test
    void aServerThatHasEnoughIsTold() {
        peers.signedIn();
        world.rendezvous.tamper = message -> message instanceof RendezvousMessage.Incoming incoming
                ? new RendezvousMessage.End(incoming.ice().session())
                : message;
        ConnectionId id = alice.connect(bob);
        world.run(Duration.ofMillis(300));
        alice.endpoint.handleRendezvous(
                new RendezvousMessage.ErrorMessage(
                        RendezvousErrorCode.TOO_MANY_SESSIONS, "end some", world.rendezvous.anySession()),
                world.nowNanos,
                World.WALL_SECONDS);
        alice.drain();
        assertThat(alice.events(EndpointOutput.ConnectionFailed.class))
                .singleElement()
                .satisfies(failed -> {
                    assertThat(failed.id()).isEqualTo(id);
                    assertThat(failed.failure()).isInstanceOf(ConnectFailure.LimitReached.class);
                });
    }
}
