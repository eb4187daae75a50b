package io.rift.server.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.RefuseReason;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.rendezvous.Outcome;
import io.rift.server.core.rendezvous.RendezvousLimits;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rendezvous over real WebSockets, with the JDK's client at the other end. */
@Timeout(60)
class RendezvousIT {
    private final LoopbackRendezvous server = new LoopbackRendezvous(RendezvousLimits.DEFAULTS, "https://chat.example");

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aPeerSignsInAndGetsWhatItNeeds() {
        TestPeer peer = TestPeer.connect(server.uri());
        assertThat(peer.socket.getSubprotocol()).isEqualTo("rift.v2");
        peer.send(peer.answer(peer.next(Challenge.class).serverNonce(), server.authority()));
        Welcome welcome = peer.next(Welcome.class);
        assertThat(welcome.peerId()).isEqualTo(peer.peerId());
        assertThat(welcome.stunServers()).containsExactly(LoopbackRendezvous.STUN);
        assertThat(welcome.turnServers().getFirst().username()).endsWith(":" + peer.peerId());
        peer.send(new RefreshCredentials());
        assertThat(peer.next(Credentials.class).turnServers()).hasSize(1);
    }

    @Test
    void twoPeersAreIntroducedExchangeCandidatesAndEnd() throws InterruptedException {
        TestPeer alice = TestPeer.signIn(server.uri());
        TestPeer bob = TestPeer.signIn(server.uri());
        SessionId session = alice.call(bob.peerId());
        Incoming incoming = bob.next(Incoming.class);
        assertThat(incoming.from()).isEqualTo(alice.peerId());
        assertThat(incoming.ice().session()).isEqualTo(session);
        IceCandidates answer = TestPeer.offer(session);
        bob.send(answer);
        assertThat(alice.next(IceCandidates.class)).isEqualTo(answer);
        alice.send(new Report(session, ConnectionPath.HOST, NatKind.NONE, NatKind.UNKNOWN, 12));
        assertThat(server.outcomes.poll(10, TimeUnit.SECONDS))
                .isEqualTo(new Outcome(ConnectionPath.HOST, NatKind.NONE, NatKind.UNKNOWN, 12));
        alice.send(new End(session));
        assertThat(bob.next(End.class).session()).isEqualTo(session);
    }

    @Test
    void aCallToNobodySaysOffline() {
        TestPeer alice = TestPeer.signIn(server.uri());
        SessionId session = alice.call(PeerId.of(new byte[32]));
        assertThat(alice.expectError(RendezvousErrorCode.PEER_OFFLINE).session())
                .isEqualTo(session);
    }

    @Test
    void aCallToWhoJustLeftSaysOffline() {
        TestPeer alice = TestPeer.signIn(server.uri());
        TestPeer bob = TestPeer.signIn(server.uri());
        SessionId session = alice.call(bob.peerId());
        bob.next(Incoming.class);
        bob.socket.abort();
        assertThat(alice.expectError(RendezvousErrorCode.PEER_OFFLINE).session())
                .isEqualTo(session);
    }

    @Test
    void aRefusedCallSaysSo() {
        TestPeer alice = TestPeer.signIn(server.uri());
        TestPeer bob = TestPeer.signIn(server.uri());
        SessionId session = alice.call(bob.peerId());
        bob.next(Incoming.class);
        bob.send(new Refuse(session, RefuseReason.DECLINED));
        assertThat(alice.next(ErrorMessage.class))
                .isEqualTo(new ErrorMessage(RendezvousErrorCode.PEER_REFUSED, "declined", session));
    }

    @Test
    void whatCannotBeReadIsNamedAndTheConnectionStays() {
        TestPeer alice = TestPeer.signIn(server.uri());
        alice.sendText("{\"type\":\"teleport\"}");
        alice.expectError(RendezvousErrorCode.UNKNOWN_TYPE);
        alice.sendText("hello");
        alice.expectError(RendezvousErrorCode.MALFORMED);
        alice.sendText("x".repeat(16_385));
        alice.expectError(RendezvousErrorCode.TOO_LARGE);
        alice.socket.sendBinary(ByteBuffer.allocate(100), true).join();
        alice.expectError(RendezvousErrorCode.MALFORMED);
        alice.send(new RefreshCredentials());
        alice.next(Credentials.class);
    }

    @Test
    void aMessageInPartsIsOneMessage() {
        TestPeer alice = TestPeer.signIn(server.uri());
        alice.socket.sendText("{\"type\":", false).join();
        alice.socket.sendText("\"refresh-credentials\"}", true).join();
        alice.next(Credentials.class);
    }

    @Test
    void aFrameThatIsTooLongToBeReadEndsTheConnection() {
        TestPeer alice = TestPeer.signIn(server.uri());
        alice.sendText("x".repeat(RendezvousEndpoint.MAX_FRAME_BYTES + 1));
        alice.expectError(RendezvousErrorCode.TOO_LARGE);
        alice.expectClosed(1009, "too-large");
    }

    @Test
    void partsThatAreTooLongTogetherEndTheConnection() {
        TestPeer alice = TestPeer.signIn(server.uri());
        String half = "x".repeat(RendezvousEndpoint.MAX_FRAME_BYTES / 2 + 1);
        alice.socket.sendText(half, false).join();
        alice.socket.sendText(half, true).join();
        alice.expectError(RendezvousErrorCode.TOO_LARGE);
        alice.expectClosed(1009, "too-large");
    }

    @Test
    void aFlooderIsWarnedAndThenClosed() {
        TestPeer alice = TestPeer.signIn(server.uri());
        RendezvousLimits limits = RendezvousLimits.DEFAULTS;
        int tolerated = limits.messageBurst() + limits.floodTolerance();
        for (int i = 0; i < tolerated; i++) {
            alice.sendText("{\"type\":\"teleport\"}");
        }
        List<RendezvousErrorCode> answers = new ArrayList<>();
        for (int i = 0; i < tolerated; i++) {
            answers.add(alice.next(ErrorMessage.class).code());
        }
        // Tokens came back meanwhile, so it takes some more. Each waits for the answer to the one before.
        boolean warned = true;
        for (int i = 0; warned && i < tolerated; i++) {
            alice.sendText("{\"type\":\"teleport\"}");
            ErrorMessage answer = alice.next(ErrorMessage.class);
            answers.add(answer.code());
            warned = !answer.message().startsWith("too many messages");
        }
        assertThat(answers.subList(0, limits.messageBurst())).containsOnly(RendezvousErrorCode.UNKNOWN_TYPE);
        assertThat(answers.stream().filter(code -> code == RendezvousErrorCode.RATE_LIMITED))
                .hasSizeGreaterThan(limits.floodTolerance());
        alice.expectClosed(1008, "rate-limited");
    }

    @Test
    void aPingIsAnsweredByAPongWithItsData() {
        TestPeer stranger = TestPeer.connect(server.uri());
        stranger.ping("before sign-in");
        stranger.expectPong("before sign-in");
        TestPeer alice = TestPeer.signIn(server.uri());
        alice.ping("");
        alice.expectPong("");
        alice.send(new RefreshCredentials());
        alice.next(Credentials.class);
    }

    @Test
    void whoFloodsWithPingsIsWarnedAndThenClosed() {
        TestPeer stranger = TestPeer.connect(server.uri());
        stranger.next(Challenge.class);
        RendezvousLimits limits = RendezvousLimits.DEFAULTS;
        // Twice what it takes: tokens come back while these are sent.
        for (int i = 0; i < 2 * (limits.messageBurst() + limits.floodTolerance()) && !stranger.closed.isDone(); i++) {
            stranger.tryPing();
        }
        stranger.expectError(RendezvousErrorCode.RATE_LIMITED);
        stranger.expectClosed(1008, "rate-limited");
    }

    @Test
    void whoDialedAnotherNameIsRefused() {
        TestPeer peer = TestPeer.connect(server.uri());
        peer.send(peer.answer(peer.next(Challenge.class).serverNonce(), "evil.example"));
        peer.expectError(RendezvousErrorCode.WRONG_AUTHORITY);
        peer.expectClosed(1008, "wrong-authority");
    }

    @Test
    void aSignatureThatWasUsedIsRefused() {
        TestPeer victim = TestPeer.connect(server.uri());
        Authenticate answer = victim.answer(victim.next(Challenge.class).serverNonce(), server.authority());
        victim.send(answer);
        victim.next(Welcome.class);
        TestPeer replayer = TestPeer.connect(server.uri());
        replayer.next(Challenge.class);
        replayer.send(answer);
        replayer.expectError(RendezvousErrorCode.AUTHENTICATION_FAILED);
        replayer.expectClosed(1008, "authentication-failed");
    }

    @Test
    void whoDoesNotAuthenticateFirstIsClosed() {
        TestPeer peer = TestPeer.connect(server.uri());
        peer.next(Challenge.class);
        peer.send(new RefreshCredentials());
        peer.expectError(RendezvousErrorCode.UNAUTHENTICATED);
        peer.expectClosed(1008, "unauthenticated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "http://chat.example", "https://chat.example.evil.example", "null"})
    void aForeignPageGetsNoWebSocket(String origin) {
        assertThat(handshakeStatus(server, "rift.v2", origin)).isEqualTo(403);
    }

    @Test
    void aPageOnTheListGetsOne() {
        TestPeer.connect(server.uri(), "rift.v2", "https://chat.example").next(Challenge.class);
    }

    @Test
    void whoSpeaksAnotherSubprotocolGetsNoWebSocket() {
        assertThat(handshakeStatus(server, null, null)).isEqualTo(400);
        assertThat(handshakeStatus(server, "rift.v1", null)).isEqualTo(400);
    }

    @Test
    void aFullServerSaysSo() {
        try (LoopbackRendezvous small = new LoopbackRendezvous(RendezvousLimits.DEFAULTS.withConnections(1, 1, 1, 1))) {
            TestPeer.signIn(small.uri());
            TestPeer second = TestPeer.connect(small.uri());
            second.expectError(RendezvousErrorCode.TOO_MANY_CONNECTIONS);
            second.expectClosed(1013, "too-many-connections");
        }
    }

    @Test
    void aServerWithoutRoomToSaySoGivesNoWebSocket() {
        try (LoopbackRendezvous small = new LoopbackRendezvous(RendezvousLimits.DEFAULTS, 1)) {
            TestPeer.signIn(small.uri());
            assertThat(handshakeStatus(small, "rift.v2", null)).isEqualTo(503);
        }
    }

    @Test
    void aServerThatStopsSaysSo() {
        TestPeer alice = TestPeer.signIn(server.uri());
        TestPeer stranger = TestPeer.connect(server.uri());
        stranger.next(Challenge.class);
        server.close();
        alice.expectError(RendezvousErrorCode.GOING_AWAY);
        alice.expectClosed(1001, "going-away");
        stranger.expectError(RendezvousErrorCode.GOING_AWAY);
        stranger.expectClosed(1001, "going-away");
    }

    @Test
    void aServerThatHasStoppedTakesNewSecretsWithoutAWord() {
        server.close();
        server.rendezvous.changeSecrets(new SharedSecrets(List.of("new")));
        assertThat(server.rendezvous.isRunning()).isFalse();
    }

    @Test
    void countersFollow() throws InterruptedException {
        TestPeer alice = TestPeer.signIn(server.uri());
        long deadlineNanos = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (server.rendezvous.snapshot().signedInPeers() != 1) {
            assertThat(System.nanoTime() - deadlineNanos).isNegative();
            Thread.sleep(20);
        }
        alice.socket.abort();
        while (server.rendezvous.snapshot().connections() != 0) {
            assertThat(System.nanoTime() - deadlineNanos).isNegative();
            Thread.sleep(20);
        }
    }

    private static int handshakeStatus(LoopbackRendezvous server, String subprotocol, String origin) {
        try {
            TestPeer.connect(server.uri(), subprotocol, origin);
            return 101;
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(WebSocketHandshakeException.class);
            return ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
        }
    }
}
