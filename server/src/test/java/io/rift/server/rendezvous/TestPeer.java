package io.rift.server.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.SessionId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** A client of the rendezvous with a WebSocket that is not ours. */
final class TestPeer implements WebSocket.Listener {
    private static final long PATIENCE_SECONDS = 10;
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final SecureRandom RANDOM = new SecureRandom();

    /** How the server closed. */
    record Close(int code, String reason) {}

    final WebSocket socket;
    final CompletableFuture<Close> closed = new CompletableFuture<>();
    private final byte[] secretKey = new byte[Ed25519.SECRET_KEY_SIZE];
    private final PeerId peerId;
    private final String authority;
    private final BlockingQueue<FromServer> inbox = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> pongs = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private volatile boolean reading = true;

    private TestPeer(URI uri, @Nullable String subprotocol, Map<String, String> headers) {
        RANDOM.nextBytes(secretKey);
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(secretKey, 0, publicKey, 0);
        peerId = PeerId.of(publicKey);
        authority = uri.getAuthority();
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (subprotocol != null) {
            builder.subprotocols(subprotocol);
        }
        headers.forEach(builder::header);
        socket = builder.buildAsync(uri, this).join();
    }

    /** A peer that has not read its challenge yet. */
    static TestPeer connect(URI uri) {
        return new TestPeer(uri, "rift.v2", Map.of());
    }

    /** One of whom a proxy says that it comes from {@code forwardedFor}. */
    static TestPeer connectThroughProxy(URI uri, String forwardedFor) {
        return new TestPeer(uri, "rift.v2", Map.of("X-Forwarded-For", forwardedFor));
    }

    static TestPeer connect(URI uri, @Nullable String subprotocol, @Nullable String origin) {
        return new TestPeer(uri, subprotocol, origin == null ? Map.of() : Map.of("Origin", origin));
    }

    static TestPeer signIn(URI uri) {
        TestPeer peer = connect(uri);
        peer.send(peer.answer(peer.next(Challenge.class).serverNonce(), peer.authority));
        assertThat(peer.next(Welcome.class).peerId()).isEqualTo(peer.peerId);
        return peer;
    }

    PeerId peerId() {
        return peerId;
    }

    Authenticate answer(Octets serverNonce, String toAuthority) {
        Octets clientNonce = Octets.random(32, RANDOM);
        byte[] payload = AuthenticationPayload.of(toAuthority, serverNonce, clientNonce, peerId);
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secretKey, 0, payload, 0, payload.length, signature, 0);
        return new Authenticate(peerId, toAuthority, clientNonce, Octets.of(signature));
    }

    SessionId call(PeerId to) {
        SessionId session = SessionId.random(RANDOM);
        send(new Connect(to, offer(session)));
        return session;
    }

    static IceCandidates offer(SessionId session) {
        PeerParameters parameters = new PeerParameters(
                Octets.random(16, RANDOM),
                "ufrag",
                "0123456789012345678901",
                7,
                Octets.of(new byte[8]),
                Octets.of(new byte[64]),
                NatKind.UNKNOWN);
        return new IceCandidates(session, parameters, List.of(), false);
    }

    void send(RendezvousMessage message) {
        sendText(RendezvousCodec.encode(message));
    }

    void ping(String applicationData) {
        socket.sendPing(ByteBuffer.wrap(applicationData.getBytes(UTF_8))).join();
    }

    /** A ping that may come too late. */
    void tryPing() {
        var _ = socket.sendPing(ByteBuffer.allocate(0))
                .exceptionally(late -> null)
                .join();
    }

    void expectPong(String applicationData) {
        try {
            assertThat(pongs.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(applicationData);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    void sendText(String text) {
        socket.sendText(text, true).join();
    }

    /** From now on nothing is taken from the socket. */
    void stopReading() {
        reading = false;
    }

    <T extends FromServer> T next(Class<T> type) {
        try {
            FromServer message = inbox.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(message).isInstanceOf(type);
            return type.cast(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The next message, or null when there is none yet. */
    @Nullable FromServer nextIfAny() {
        return inbox.poll();
    }

    ErrorMessage expectError(RendezvousErrorCode code) {
        ErrorMessage error = next(ErrorMessage.class);
        assertThat(error.code()).isEqualTo(code);
        return error;
    }

    void expectClosed(int code, String reason) {
        assertThat(closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join()).isEqualTo(new Close(code, reason));
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            if (RendezvousCodec.decodeFromServer(partial.toString()) instanceof Decoded.Message<FromServer> message) {
                inbox.add(message.value());
            } else {
                closed.completeExceptionally(new AssertionError("the server sent " + partial));
            }
            partial.setLength(0);
        }
        if (reading) {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
        pongs.add(UTF_8.decode(message).toString());
        if (reading) {
            webSocket.request(1);
        }
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(new Close(statusCode, reason));
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
