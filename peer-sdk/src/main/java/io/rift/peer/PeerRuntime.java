package io.rift.peer;

import io.rift.peer.core.session.ConnectFailure;
import io.rift.peer.core.session.ConnectionId;
import io.rift.peer.core.session.Endpoint;
import io.rift.peer.core.session.EndpointOutput;
import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import java.net.http.HttpClient;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs behind a {@link Peer}: the loop with the endpoint, the line to the rendezvous server, the threads of
 * callbacks. Fields that are not final or volatile belong to the loop's thread.
 */
final class PeerRuntime implements PeerLoop.Owner, RendezvousDialer.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

    /** The endpoint itself is done in less; after that it is ended by force. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(8);

    private static final Duration LONGEST_SIGN_OUT = Duration.ofSeconds(1);

    private record Call(PeerId peerId, long startedAtNanos, CompletableFuture<Connection> result) {}

    private final PeerOptions options;
    private final PeerLoop loop;
    private final RendezvousDialer dialer;
    private final HttpClient httpClient;
    private final Executor threads;
    private final CompletableFuture<Void> signedInOnce = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private final Map<ConnectionId, Call> calls = new LinkedHashMap<>();
    private final Map<ConnectionId, Connection> connections = new LinkedHashMap<>();
    private long signInByNanos = Endpoint.NEVER;
    private long endByNanos = Endpoint.NEVER;
    private boolean stopping;

    /** Whether it is settled how the start ends; the future is completed by another thread, a moment later. */
    private boolean startDecided;

    private volatile @Nullable Consumer<Connection> listener;
    private volatile boolean signedIn;
    private volatile @Nullable String refusal;

    private PeerRuntime(
            PeerOptions options, Executor threads, DatagramChannel channel, Selector selector, Endpoint endpoint) {
        this.options = options;
        this.threads = threads;
        listener = options.listener();
        HttpClient given = options.httpClient();
        httpClient = given != null
                ? given
                : HttpClient.newBuilder().executor(threads).build();
        loop = new PeerLoop(channel, selector, endpoint, this);
        dialer = new RendezvousDialer(options.rendezvous().uri(), httpClient, loop, new SecureRandom(), this);
    }

    /** Opens the socket; nothing is sent yet. May block for look-ups of names. */
    static PeerRuntime open(PeerOptions options) {
        return open(options, task -> Thread.ofVirtual().name("rift-callback").start(task));
    }

    /** With other threads for callbacks. */
    static PeerRuntime open(PeerOptions options, Executor threads) {
        PeerSockets.Opened opened = PeerSockets.open(options);
        return new PeerRuntime(options, threads, opened.channel(), opened.selector(), opened.endpoint());
    }

    /** Dials the rendezvous server for the first time; completes when it took us. */
    CompletableFuture<Void> signIn() {
        loop.start();
        loop.execute(() -> {
            signInByNanos = loop.nowNanos() + options.connectTimeout().toNanos();
            dialer.dial();
        });
        return signedInOnce;
    }

    PeerId id() {
        return options.identity().peerId();
    }

    boolean isSignedIn() {
        return signedIn;
    }

    PeerLoop loop() {
        return loop;
    }

    /** Virtual threads for callbacks. */
    Executor threads() {
        return threads;
    }

    void onConnection(Consumer<Connection> newListener) {
        listener = newListener;
    }

    CompletableFuture<Connection> connect(PeerId peerId) {
        CompletableFuture<Connection> result = new CompletableFuture<>();
        boolean taken = loop.execute(() -> {
            String why = refusal;
            if (stopping) {
                complete(result, peerClosed());
            } else if (why != null) {
                complete(
                        result,
                        new PeerException.RendezvousUnreachable(
                                options.rendezvous().uri(), why, null));
            } else if (!result.isDone()) {
                call(peerId, result);
            }
        });
        if (!taken) {
            result.completeExceptionally(peerClosed());
        }
        return result;
    }

    private static PeerException peerClosed() {
        return new PeerException.Closed("the peer", CloseReason.PEER_CLOSED_HERE);
    }

    private void call(PeerId peerId, CompletableFuture<Connection> result) {
        long now = loop.nowNanos();
        ConnectionId id = loop.endpoint().connect(peerId, now);
        calls.put(id, new Call(peerId, now, result));
        var unused = result.whenComplete((connection, failure) -> {
            if (result.isCancelled()) {
                loop.execute(() -> {
                    calls.remove(id);
                    loop.endpoint().close(id, loop.nowNanos());
                });
            }
        });
    }

    PeerStatistics statistics() {
        CompletableFuture<PeerStatistics> result = new CompletableFuture<>();
        Runnable read = () -> result.complete(PeerStatistics.of(loop.endpoint().statistics()));
        if (!loop.execute(read)) {
            var unused = loop.over().thenRun(read); // nothing changes any more
        }
        return Waiting.forResult(result);
    }

    @Override
    public void handle(EndpointOutput event) {
        switch (event) {
            case EndpointOutput.TransmitDatagram ignored -> {} // the loop's own
            case EndpointOutput.SendRendezvous(RendezvousMessage.FromClient message) -> dialer.send(message);
            case EndpointOutput.DisconnectRendezvous(String reason) -> dialer.hangUp(reason);
            case EndpointOutput.SignedIn ignored -> {
                signedIn = true;
                signInByNanos = Endpoint.NEVER;
                dialer.signedIn();
                LOG.debug("signed in at the rendezvous server");
                started();
            }
            case EndpointOutput.SignInRefused refused -> signInRefused(refused);
            case EndpointOutput.IncomingConnection incoming -> offered(incoming);
            case EndpointOutput.ConnectionEstablished established -> established(established);
            case EndpointOutput.ConnectionFailed(ConnectionId id, ConnectFailure failure) -> failed(id, failure);
            case EndpointOutput.MessageReceived received ->
                withConnection(received.id(), connection -> connection.received(received.message()));
            case EndpointOutput.DatagramReceived received ->
                withConnection(received.id(), connection -> connection.datagramReceived(received.datagram()));
            case EndpointOutput.SendBufferFreed(ConnectionId id) -> withConnection(id, Connection::sendWaiting);
            case EndpointOutput.PathChanged changed ->
                withConnection(changed.id(), connection -> connection.pathChanged(ConnectionPath.of(changed.path())));
            case EndpointOutput.ConnectionClosed over -> closed(over);
            case EndpointOutput.Stopped ignored -> signOut();
        }
    }

    private void withConnection(ConnectionId id, Consumer<Connection> action) {
        Connection connection = connections.get(id);
        if (connection != null) {
            action.accept(connection);
        }
    }

    private void signInRefused(EndpointOutput.SignInRefused refused) {
        String why = "it answered " + refused.code().wireName() + ": " + refused.message();
        LOG.debug("not signed in: {}", why);
        signedIn = false;
        if (refused.code() == RendezvousErrorCode.REPLACED) {
            // Dialling again would throw the other one out, and it us, for ever.
            refusal = why;
            dialer.giveUp();
        }
        boolean disbelieved = refused.code() == RendezvousErrorCode.AUTHENTICATION_FAILED
                || refused.code() == RendezvousErrorCode.WRONG_AUTHORITY;
        fail(
                disbelieved
                        ? new PeerException.AuthenticationFailed("the rendezvous server at " + options.rendezvous()
                                + " does not accept our sign-in as " + id() + ": " + why)
                        : new PeerException.RendezvousUnreachable(
                                options.rendezvous().uri(), why, null));
    }

    /** Of all that may end a start, what came first counts. */
    private void started() {
        if (!startDecided) {
            startDecided = true;
            signedInOnce.completeAsync(() -> null, threads);
        }
    }

    private void fail(PeerException notStarted) {
        if (!startDecided) {
            startDecided = true;
            complete(signedInOnce, notStarted);
        }
    }

    private void offered(EndpointOutput.IncomingConnection incoming) {
        ConnectionId id = incoming.id();
        if (listener == null) {
            loop.endpoint().refuse(id, loop.nowNanos());
            return;
        }
        threads.execute(() -> {
            boolean wanted = false;
            try {
                wanted = options.filter().test(new IncomingConnection(incoming.from()));
            } catch (Throwable e) { // an Error, too: the caller waits for an answer
                LOG.warn("the filter of incoming connections failed, so one is refused", e);
            }
            boolean accept = wanted;
            loop.execute(() -> {
                if (accept) {
                    loop.endpoint().accept(id, loop.nowNanos());
                } else {
                    loop.endpoint().refuse(id, loop.nowNanos());
                }
            });
        });
    }

    private void established(EndpointOutput.ConnectionEstablished event) {
        Connection connection =
                new Connection(this, event.id(), event.peer(), event.suite(), ConnectionPath.of(event.path()));
        connections.put(event.id(), connection);
        LOG.atDebug()
                .addKeyValue("peer", event.peer())
                .addKeyValue("path", event.path().pathKind())
                .log("connected");
        Call call = calls.remove(event.id());
        Consumer<Connection> current = listener;
        if (call != null) {
            threads.execute(() -> {
                if (!call.result.complete(connection)) {
                    connection.close(); // given up at the last moment
                }
            });
        } else if (current != null) {
            threads.execute(() -> deliver(connection, current));
        } else {
            loop.endpoint().close(event.id(), loop.nowNanos());
        }
    }

    private static void deliver(Connection connection, Consumer<Connection> to) {
        try {
            to.accept(connection);
        } catch (Throwable e) { // an Error, too: nobody else would close it
            LOG.warn("the listener of incoming connections failed, so the connection is closed", e);
            connection.close();
        }
    }

    private void failed(ConnectionId id, ConnectFailure failure) {
        Call call = calls.remove(id);
        if (call == null) {
            LOG.debug("an attempt that nobody waits for came to nothing: {}", failure);
            return;
        }
        Duration elapsed = Duration.ofNanos(loop.nowNanos() - call.startedAtNanos);
        PeerException exception = stopping
                ? peerClosed()
                : PeerException.of(failure, call.peerId, options.rendezvous().uri(), elapsed);
        complete(call.result, exception);
    }

    private void closed(EndpointOutput.ConnectionClosed over) {
        Connection connection = connections.remove(over.id());
        if (connection != null) {
            CloseReason reason = CloseReason.of(over.reason());
            LOG.atDebug().addKeyValue("peer", connection.remotePeerId()).log("connection closed: {}", reason);
            connection.closed(reason, over.statistics());
        }
    }

    @Override
    public void connected() {
        loop.endpoint().rendezvousConnected(loop.nowNanos());
    }

    @Override
    public void received(RendezvousMessage.FromServer message) {
        loop.endpoint().handleRendezvous(message, loop.nowNanos(), Instant.now().getEpochSecond());
    }

    @Override
    public void heard() {
        loop.endpoint().rendezvousHeard(loop.nowNanos());
    }

    @Override
    public void disconnected(String why, @Nullable Throwable cause) {
        signedIn = false;
        LOG.debug("no connection to the rendezvous server: {}", why);
        loop.endpoint().rendezvousDisconnected(loop.nowNanos());
        fail(new PeerException.RendezvousUnreachable(options.rendezvous().uri(), why, cause));
    }

    @Override
    public long nextTimeoutNanos() {
        return PeerLoop.earlier(dialer.nextTimeoutNanos(), PeerLoop.earlier(signInByNanos, endByNanos));
    }

    @Override
    public void handleTimeout(long nowNanos) {
        if (PeerLoop.isDue(endByNanos, nowNanos)) {
            loop.end();
        }
        if (PeerLoop.isDue(signInByNanos, nowNanos)) {
            signInByNanos = Endpoint.NEVER;
            fail(new PeerException.RendezvousUnreachable(
                    options.rendezvous().uri(),
                    "no answer within " + options.connectTimeout().toMillis() + " ms",
                    null));
        }
        dialer.handleTimeout(nowNanos);
    }

    /** Closes everything and waits for it; called from any thread but the loop's. */
    void close() {
        loop.execute(this::stop);
        closed.join();
        loop.awaitEnd();
        if (options.httpClient() == null) {
            httpClient.close();
        }
    }

    private void stop() {
        if (!stopping) {
            stopping = true;
            signInByNanos = Endpoint.NEVER;
            endByNanos = loop.nowNanos() + LONGEST_STOP.toNanos();
            loop.endpoint().stop(loop.nowNanos());
        }
    }

    /** The connections are closed: what is left is the rendezvous server. */
    private void signOut() {
        endByNanos = loop.nowNanos() + LONGEST_SIGN_OUT.toNanos();
        var unused = dialer.close().thenRun(() -> loop.execute(loop::end));
    }

    @Override
    public void ended() {
        try {
            signedIn = false;
            stopping = true;
            dialer.abort();
            List.copyOf(connections.values()).forEach(Connection::abandoned);
            connections.clear();
            List.copyOf(calls.values()).forEach(call -> complete(call.result, peerClosed()));
            calls.clear();
            fail(peerClosed());
            if (options.httpClient() == null) {
                httpClient.shutdownNow();
            }
        } finally {
            closed.complete(null);
        }
    }

    /** On a thread of its own, because whatever depends on the future runs there, too. */
    private void complete(CompletableFuture<?> future, RuntimeException failure) {
        threads.execute(() -> future.completeExceptionally(failure));
    }
}
