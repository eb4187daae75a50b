package io.rift.peer;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Collects the options of a {@link Peer}. Only {@link #identity} and {@link #rendezvous} are required. */
public final class PeerBuilder {

    PeerBuilder() {}

    /** Who this peer is. */
    public PeerBuilder identity(Identity identity) {
        return pending(PeerBuilder.class);
    }

    /**
     * The rendezvous server, {@code ws://host:port} or {@code wss://host:port}. A path is taken as it stands; without one
     * it is {@code /rendezvous}.
     *
     * @throws IllegalArgumentException if the URI has another scheme, no host, a query or a fragment
     */
    public PeerBuilder rendezvous(URI rendezvous) {
        return pending(PeerBuilder.class);
    }

    /** Which candidates to use; {@link IceTransportPolicy#ALL} unless said otherwise. */
    public PeerBuilder iceTransportPolicy(IceTransportPolicy policy) {
        return pending(PeerBuilder.class);
    }

    /** STUN and TURN servers to use instead of those that the rendezvous server announces. */
    public PeerBuilder iceServers(IceServer... servers) {
        return pending(PeerBuilder.class);
    }

    /**
     * How long {@link #start} and {@link Peer#connect} try; 15 seconds unless said otherwise.
     *
     * @throws IllegalArgumentException unless it is positive and at most 5 minutes
     */
    public PeerBuilder connectTimeout(Duration timeout) {
        return pending(PeerBuilder.class);
    }

    /**
     * The address and port of the UDP socket; by default all addresses of this host and a free port. With an address, that
     * one is the only host candidate.
     *
     * @throws IllegalArgumentException if the address is an unresolved name
     */
    public PeerBuilder bindAddress(InetSocketAddress address) {
        return pending(PeerBuilder.class);
    }

    /** The client that dials the rendezvous server, for proxies or TLS trust of one's own; it is not closed by the peer. */
    public PeerBuilder httpClient(HttpClient client) {
        return pending(PeerBuilder.class);
    }

    /** Who may connect; everybody unless said otherwise. Runs on a virtual thread and has 10 seconds to decide. */
    public PeerBuilder acceptIf(Predicate<IncomingConnection> filter) {
        return pending(PeerBuilder.class);
    }

    /** Receives accepted incoming connections, see {@link Peer#onConnection}. */
    public PeerBuilder onConnection(Consumer<Connection> listener) {
        return pending(PeerBuilder.class);
    }

    /**
     * Opens the socket and signs in.
     *
     * @throws IllegalStateException if the identity or the rendezvous server is missing
     * @throws PeerException.RendezvousUnreachable if the server does not answer in time, or does not take us
     * @throws PeerException.AuthenticationFailed if the server does not believe our identity
     * @throws java.io.UncheckedIOException if the UDP socket cannot be opened at the bind address
     */
    public Peer start() {
        return pending(Peer.class);
    }

    /** The twin of {@link #start}; cancelling the future closes what was begun. */
    public CompletableFuture<Peer> startAsync() {
        pending(Void.class);
        return new CompletableFuture<>();
    }

    private static <T> T pending(Class<T> type) {
        throw new UnsupportedOperationException("lands with the endpoint: " + type);
    }
}
