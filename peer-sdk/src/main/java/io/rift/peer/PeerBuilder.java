package io.rift.peer;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Collects the options of a {@link Peer}. Only {@link #identity} and {@link #rendezvous} are required. */
public final class PeerBuilder {

    private static final Duration MAX_CONNECT_TIMEOUT = Duration.ofMinutes(5);

    private @Nullable Identity identity;
    private @Nullable RendezvousAddress rendezvous;
    private IceTransportPolicy iceTransportPolicy = IceTransportPolicy.ALL;
    private @Nullable List<IceServer> iceServers;
    private Duration connectTimeout = Duration.ofSeconds(15);
    private @Nullable InetSocketAddress bindAddress;
    private @Nullable HttpClient httpClient;
    private Predicate<IncomingConnection> filter = incoming -> true;
    private @Nullable Consumer<Connection> listener;

    PeerBuilder() {}

    /** Who this peer is. */
    public PeerBuilder identity(Identity identity) {
        this.identity = Objects.requireNonNull(identity, "identity");
        return this;
    }

    /**
     * The rendezvous server, {@code ws://host:port} or {@code wss://host:port}. A path is taken as it stands; without one
     * it is {@code /rendezvous}.
     *
     * @throws IllegalArgumentException if the URI has another scheme, no host, user info, a query or a fragment
     */
    public PeerBuilder rendezvous(URI rendezvous) {
        this.rendezvous = RendezvousAddress.of(rendezvous);
        return this;
    }

    /** Which candidates to use; {@link IceTransportPolicy#ALL} unless said otherwise. */
    public PeerBuilder iceTransportPolicy(IceTransportPolicy policy) {
        this.iceTransportPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /** STUN and TURN servers to use instead of those that the rendezvous server announces; none at all if empty. */
    public PeerBuilder iceServers(IceServer... servers) {
        this.iceServers = List.of(servers);
        return this;
    }

    /**
     * How long {@link #start} and {@link Peer#connect} try; 15 seconds unless said otherwise.
     *
     * @throws IllegalArgumentException unless it is positive and at most 5 minutes
     */
    public PeerBuilder connectTimeout(Duration timeout) {
        if (!timeout.isPositive() || timeout.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
            throw new IllegalArgumentException(
                    "a connect timeout is positive and at most " + MAX_CONNECT_TIMEOUT + ", not " + timeout);
        }
        this.connectTimeout = timeout;
        return this;
    }

    /**
     * The address and port of the UDP socket; by default all addresses of this host and a free port. With an address, that
     * one is the only host candidate.
     *
     * @throws IllegalArgumentException if the address is an unresolved name
     */
    public PeerBuilder bindAddress(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("'" + address.getHostString() + "' is not resolved");
        }
        this.bindAddress = address;
        return this;
    }

    /** The client that dials the rendezvous server, for proxies or TLS trust of one's own; it is not closed by the peer. */
    public PeerBuilder httpClient(HttpClient client) {
        this.httpClient = Objects.requireNonNull(client, "client");
        return this;
    }

    /** Who may connect; everybody unless said otherwise. Runs on a virtual thread and has 10 seconds to decide. */
    public PeerBuilder acceptIf(Predicate<IncomingConnection> filter) {
        this.filter = Objects.requireNonNull(filter, "filter");
        return this;
    }

    /** Receives accepted incoming connections, see {@link Peer#onConnection}. */
    public PeerBuilder onConnection(Consumer<Connection> listener) {
        this.listener = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Opens the socket and signs in.
     *
     * @throws IllegalStateException if the identity or the rendezvous server is missing
     * @throws PeerException.RendezvousUnreachable if the server cannot be dialled, does not answer in time, or does not
     *     take us
     * @throws PeerException.AuthenticationFailed if the server does not believe our identity
     * @throws java.io.UncheckedIOException if the UDP socket cannot be opened at the bind address
     * @throws java.util.concurrent.CancellationException if the calling thread is interrupted; its interrupt status is
     *     then set
     */
    public Peer start() {
        return Waiting.forResult(startAsync());
    }

    /** The twin of {@link #start}; the future fails with the exceptions listed there, and cancelling it closes what was begun. */
    public CompletableFuture<Peer> startAsync() {
        return Peer.start(options());
    }

    private PeerOptions options() {
        Identity who = identity;
        RendezvousAddress where = rendezvous;
        if (who == null) {
            throw new IllegalStateException("a peer needs an identity: Peer.builder().identity(Identity.generate())");
        }
        if (where == null) {
            throw new IllegalStateException(
                    "a peer needs a rendezvous server: Peer.builder().rendezvous(URI.create(\"ws://host:8080\"))");
        }
        return new PeerOptions(
                who, where, iceTransportPolicy, iceServers, connectTimeout, bindAddress, httpClient, filter, listener);
    }
}
