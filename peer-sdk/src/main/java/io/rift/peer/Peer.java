package io.rift.peer;

import io.rift.protocol.PeerId;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * This program as others see it: one identity, signed in at one rendezvous server, with one UDP socket that all its
 * connections share.
 *
 * <p>All methods may be called from any thread. Blocking ones are made for virtual threads and have a twin that returns
 * a {@link CompletableFuture}; listeners run on virtual threads and may block. {@link #close()} leaves no thread and no
 * socket behind.
 */
public final class Peer implements AutoCloseable {

    private final PeerRuntime runtime;

    private Peer(PeerRuntime runtime) {
        this.runtime = runtime;
    }

    /** The start of everything. */
    public static PeerBuilder builder() {
        return new PeerBuilder();
    }

    static CompletableFuture<Peer> start(PeerOptions options) {
        CompletableFuture<Peer> started = new CompletableFuture<>();
        Thread.ofVirtual().name("rift-start").start(() -> {
            try {
                start(PeerRuntime.open(options), started);
            } catch (RuntimeException e) {
                started.completeExceptionally(e);
            }
        });
        return started;
    }

    private static void start(PeerRuntime runtime, CompletableFuture<Peer> started) {
        var unusedStart = runtime.signIn().whenComplete((done, failure) -> {
            if (failure != null) {
                runtime.close();
                started.completeExceptionally(failure);
            } else if (!started.complete(new Peer(runtime))) {
                runtime.close(); // cancelled in the meantime
            }
        });
        var unusedEnd = started.whenComplete((peer, failure) -> {
            if (started.isCancelled()) {
                runtime.threads().execute(runtime::close);
            }
        });
    }

    /** Who we are. */
    public PeerId id() {
        return runtime.id();
    }

    /**
     * Connects to a peer that is signed in at the same rendezvous server, and returns when the encrypted session stands.
     *
     * @throws IllegalArgumentException if it is our own id
     * @throws PeerException.PeerOffline if it is not signed in
     * @throws PeerException.PeerRefused if it does not want the connection
     * @throws PeerException.ConnectTimedOut if no path was found in {@link PeerBuilder#connectTimeout}
     * @throws PeerException.AuthenticationFailed if whoever answered could not prove to be that peer
     * @throws PeerException.RendezvousUnreachable if we are not signed in ourselves
     * @throws PeerException.LimitReached if we or the server are too busy
     * @throws PeerException.Closed if this peer is closed
     * @throws java.util.concurrent.CancellationException if the calling thread is interrupted; its interrupt status is
     *     then set and the attempt abandoned
     */
    public Connection connect(PeerId peerId) {
        return Waiting.forResult(connectAsync(peerId));
    }

    /**
     * The twin of {@link #connect}. The future fails with the {@link PeerException}s listed there; cancelling it abandons
     * the attempt.
     *
     * @throws IllegalArgumentException if it is our own id
     */
    public CompletableFuture<Connection> connectAsync(PeerId peerId) {
        if (peerId.equals(id())) {
            throw new IllegalArgumentException("a peer does not connect to itself: " + peerId);
        }
        return runtime.connect(peerId);
    }

    /**
     * From now on, every accepted incoming connection is given to the listener, each on its own virtual thread. Without a
     * listener every offer is refused. One that must not miss the first offer is set in the builder.
     *
     * @see PeerBuilder#acceptIf
     */
    public void onConnection(Consumer<Connection> listener) {
        runtime.onConnection(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Whether we are signed in at the rendezvous server at this moment. Connections live on without it; new ones need it.
     * A lost connection to it is renewed with growing pauses until this peer is closed, unless the same identity signed in
     * elsewhere.
     */
    public boolean isSignedIn() {
        return runtime.isSignedIn();
    }

    /** Counts so far. */
    public PeerStatistics statistics() {
        return runtime.statistics();
    }

    /**
     * Closes every connection (each tells its other side), signs out, and releases the socket and all threads; this takes
     * up to 3 seconds where the other side does not answer. A second call does nothing.
     */
    @Override
    public void close() {
        runtime.close();
    }
}
