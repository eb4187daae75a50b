package io.rift.peer;

import io.rift.protocol.PeerId;
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

    Peer() {}

    /** The start of everything. */
    public static PeerBuilder builder() {
        return new PeerBuilder();
    }

    /** Who we are. */
    public PeerId id() {
        return pending(PeerId.class);
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
        return pending(Connection.class);
    }

    /**
     * The twin of {@link #connect}. The future fails with the {@link PeerException}s listed there; cancelling it abandons
     * the attempt.
     *
     * @throws IllegalArgumentException if it is our own id
     */
    public CompletableFuture<Connection> connectAsync(PeerId peerId) {
        pending(Void.class);
        return new CompletableFuture<>();
    }

    /**
     * From now on, every accepted incoming connection is given to the listener, each on its own virtual thread. Without a
     * listener every offer is refused. One that must not miss the first offer is set in the builder.
     *
     * @see PeerBuilder#acceptIf
     */
    public void onConnection(Consumer<Connection> listener) {
        pending(Void.class);
    }

    /**
     * Whether we are signed in at the rendezvous server at this moment. Connections live on without it; new ones need it.
     * A lost connection to it is renewed with growing pauses until this peer is closed.
     */
    public boolean isSignedIn() {
        return pending(Boolean.class);
    }

    /** Counts so far. */
    public PeerStatistics statistics() {
        return pending(PeerStatistics.class);
    }

    /**
     * Closes every connection (each tells its other side), signs out, and releases the socket and all threads. A second
     * call does nothing.
     */
    @Override
    public void close() {
        pending(Void.class);
    }

    private static <T> T pending(Class<T> type) {
        throw new UnsupportedOperationException("lands with the endpoint: " + type);
    }
}
