package io.rift.peer.core.session;

import io.rift.peer.core.channel.MessageChannel;
import io.rift.peer.core.ice.Candidate;
import io.rift.peer.core.ice.IceConfig;
import io.rift.peer.core.secure.HandshakeLimits;
import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A whole peer as a state machine; the package description tells how it is made.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}. A method that names a
 * connection which is over does nothing, because its end may have crossed the caller's wish.
 */
public final class Endpoint {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Deadlines.NEVER;

    /** The longest message of {@link #send}. */
    public static final int MAX_MESSAGE_BYTES = MessageChannel.MAX_MESSAGE_BYTES;

    /** The longest datagram of {@link #sendDatagram}. */
    public static final int MAX_DATAGRAM_BYTES = 1_100;

    /** The timer that is nobody's in particular. */
    private static final ConnectionId SHARED = new ConnectionId(0);

    private final Identity identity;
    private final Outbox outbox = new Outbox();
    private final ConnectionTable connections = new ConnectionTable();
    private final LocalTransport transport;
    private final SignIn signIn;
    private final OwnCapabilities capabilities;
    private final Calls calls;
    private final RendezvousInputs rendezvous;
    private final DatagramRouter router;
    private final Set<PeerConnection> touched = new LinkedHashSet<>();
    private final Deadlines<ConnectionId> timers = new Deadlines<>();
    private long nowNanos;
    private long datagramsReceived;
    private long established;
    private long failed;
    private boolean stopping;
    private boolean stopped;

    /**
     * An endpoint that does nothing before {@link #rendezvousConnected}.
     *
     * @param config what it is told once
     * @param identity who it is
     * @param base the local address of its socket, wildcard or not
     * @param hostAddresses addresses of this machine at which the socket can be reached, best first
     * @param random a cryptographic source
     * @param wallSeconds seconds since the Unix epoch
     */
    public Endpoint(
            EndpointConfig config,
            Identity identity,
            TransportAddress base,
            List<IpAddress> hostAddresses,
            RandomGenerator random,
            long nowNanos,
            long wallSeconds) {
        this.identity = identity;
        this.nowNanos = nowNanos;
        transport = new LocalTransport(base, hostAddresses, config.policy(), random, outbox, new TransportListener());
        signIn = new SignIn(config.authority(), identity, random, outbox);
        capabilities = new OwnCapabilities(identity, nowNanos, wallSeconds);
        Environment environment = new Environment(
                identity,
                transport,
                outbox,
                new HandshakeLimits(),
                iceConfig(config.connectTimeout()),
                config.connectTimeout().toNanos(),
                random);
        TokenBucket offers = new TokenBucket(EndpointLimits.INCOMING_PER_SECOND, nowNanos);
        calls = new Calls(environment, connections, signIn, capabilities, offers, this::touch);
        rendezvous = new RendezvousInputs(config, signIn, calls, transport, outbox);
        router = new DatagramRouter(transport, connections, outbox, this::touch);
    }

    /** The endpoint itself limits how long an attempt, or the search for a new path, may take. */
    private static IceConfig iceConfig(Duration connectTimeout) {
        IceConfig usual = IceConfig.DEFAULT;
        return new IceConfig(
                usual.pace(),
                usual.initialRto(),
                usual.nominationDelay(),
                usual.consentInterval(),
                EndpointLimits.PEER_TIMEOUT,
                connectTimeout.plus(EndpointLimits.PEER_TIMEOUT),
                usual.recheckInterval());
    }

    /** Who we are. */
    public PeerId peerId() {
        return identity.peerId();
    }

    /** What is known of the NAT before us. */
    public NatKind natKind() {
        return transport.natKind();
    }

    /** Whether the rendezvous server has taken us and is there. */
    public boolean isSignedIn() {
        return signIn.isSignedIn();
    }

    /** There is a connection to the rendezvous server; it speaks first. */
    public void rendezvousConnected(long now) {
        nowNanos = now;
        rendezvous.connected(now);
        drain();
    }

    /** The connection to the rendezvous server is gone. Connections to peers live on. */
    public void rendezvousDisconnected(long now) {
        nowNanos = now;
        rendezvous.disconnected(now);
        drain();
    }

    /** The rendezvous server showed that it lives, by a ping for example. */
    public void rendezvousHeard(long now) {
        nowNanos = now;
        rendezvous.heard(now);
        drain();
    }

    /**
     * A message of the rendezvous server.
     *
     * @param wallSeconds seconds since the Unix epoch, for the validity of what others signed
     */
    public void handleRendezvous(RendezvousMessage.FromServer message, long now, long wallSeconds) {
        nowNanos = now;
        capabilities.clock(now, wallSeconds);
        rendezvous.handle(message, stopping, now);
        drain();
    }

    /**
     * A datagram came to the socket.
     *
     * @param datagram between position and limit, which may be moved
     */
    public void handleDatagram(TransportAddress from, ByteBuffer datagram, long now) {
        nowNanos = now;
        datagramsReceived++;
        router.handle(from, datagram, now);
        drain();
    }

    /**
     * Connects to a peer. {@link EndpointOutput.ConnectionEstablished} or {@link EndpointOutput.ConnectionFailed}
     * follows.
     *
     * @throws IllegalArgumentException if it is our own id
     */
    public ConnectionId connect(PeerId peer, long now) {
        if (peer.equals(peerId())) {
            throw new IllegalArgumentException("a peer does not connect to itself: " + peer);
        }
        nowNanos = now;
        ConnectionId id = calls.connect(peer, now);
        drain();
        return id;
    }

    /** The application wants the connection that {@link EndpointOutput.IncomingConnection} announced. */
    public void accept(ConnectionId id, long now) {
        nowNanos = now;
        PeerConnection offer = connections.byId(id);
        if (offer != null) {
            calls.accept(offer, now);
        }
        drain();
    }

    /** The application does not want it. */
    public void refuse(ConnectionId id, long now) {
        nowNanos = now;
        PeerConnection offer = connections.byId(id);
        if (offer != null) {
            calls.refuse(offer, now);
        }
        drain();
    }

    /**
     * Sends a message, whole, in order and exactly once. The array belongs to the endpoint from here on.
     *
     * @return false if the send buffer is full, true if the message is in it or the connection is over
     * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE_BYTES}
     */
    public boolean send(ConnectionId id, byte[] message, long now) {
        nowNanos = now;
        PeerConnection connection = connections.byId(id);
        boolean taken = connection == null || connection.send(message, now);
        touch(connection);
        drain();
        return taken;
    }

    /**
     * Sends a datagram that may be lost; before the connection is established it is.
     *
     * @param kind voice or bulk
     * @param timestamp media time of voice, else 0
     * @throws IllegalArgumentException if it is longer than {@link #MAX_DATAGRAM_BYTES}, or of another kind
     */
    public void sendDatagram(ConnectionId id, PayloadKind kind, int timestamp, byte[] datagram, long now) {
        if (datagram.length > MAX_DATAGRAM_BYTES) {
            throw new IllegalArgumentException(
                    "a datagram has at most " + MAX_DATAGRAM_BYTES + " bytes, not " + datagram.length);
        }
        if (kind != PayloadKind.VOICE && kind != PayloadKind.BULK) {
            throw new IllegalArgumentException("a datagram is voice or bulk, not " + kind);
        }
        nowNanos = now;
        PeerConnection connection = connections.byId(id);
        if (connection != null) {
            connection.sendDatagram(kind, timestamp, datagram, now);
        }
        touch(connection);
        drain();
    }

    /** The application took one more message of this connection, so that the other side may send more. */
    public void consumed(ConnectionId id, long now) {
        nowNanos = now;
        PeerConnection connection = connections.byId(id);
        if (connection != null) {
            connection.consumed(now);
        }
        touch(connection);
        drain();
    }

    /** Closes a connection, or gives an attempt up. */
    public void close(ConnectionId id, long now) {
        nowNanos = now;
        PeerConnection connection = connections.byId(id);
        if (connection != null) {
            connection.close(CloseReason.CLOSED_HERE, EndpointLimits.CLOSE_LINGER.toNanos(), now);
        }
        touch(connection);
        drain();
    }

    /** Closes everything. {@link EndpointOutput.Stopped} follows. */
    public void stop(long now) {
        nowNanos = now;
        stopping = true;
        for (PeerConnection connection : connections.all()) {
            connection.close(CloseReason.ENDPOINT_STOPPED, EndpointLimits.CLOSE_LINGER.toNanos(), now);
            touch(connection);
        }
        drain();
    }

    /** The smoothed round trip time of a connection, or -1 if it is over. */
    public long roundTripNanos(ConnectionId id) {
        PeerConnection connection = connections.byId(id);
        return connection == null ? -1 : connection.roundTripNanos();
    }

    /** What a connection did so far, or null if it is over. */
    public @Nullable ConnectionStatistics statistics(ConnectionId id) {
        PeerConnection connection = connections.byId(id);
        return connection == null ? null : connection.statistics();
    }

    /** What this endpoint did so far. */
    public EndpointStatistics statistics() {
        return new EndpointStatistics(
                (int) connections.established(),
                established,
                failed,
                calls.refusedOffers(),
                outbox.datagramsSent(),
                datagramsReceived,
                outbox.droppedInAll());
    }

    /** How many datagrams were ignored for this reason. */
    public long dropped(DropReason reason) {
        return outbox.dropped(reason);
    }

    /** Time has passed. */
    public void handleTimeout(long now) {
        nowNanos = now;
        for (ConnectionId due = timers.pollDue(now); due != null; due = timers.pollDue(now)) {
            if (due.equals(SHARED)) {
                transport.handleTimeout(now);
                signIn.handleTimeout(now);
            } else {
                PeerConnection connection = connections.byId(due);
                if (connection != null) {
                    connection.handleTimeout(now);
                    touch(connection);
                }
            }
        }
        drain();
    }

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        return timers.nextNanos();
    }

    /** The next thing to do, or null when all is done. */
    public @Nullable EndpointOutput poll() {
        EndpointOutput output = outbox.poll();
        if (output instanceof EndpointOutput.ConnectionEstablished) {
            established++;
        } else if (output instanceof EndpointOutput.ConnectionFailed) {
            failed++;
        }
        return output;
    }

    private void touch(@Nullable PeerConnection connection) {
        if (connection != null) {
            touched.add(connection);
        }
    }

    /** Lets everything that an input touched do what it has to, until nothing follows from it any more. */
    private void drain() {
        Set<PeerConnection> seen = new LinkedHashSet<>();
        boolean any = true;
        while (any) {
            any = transport.drain(nowNanos);
            for (PeerConnection connection : takeTouched()) {
                seen.add(connection);
                if (connection.drain(nowNanos)) {
                    touched.add(connection);
                    any = true;
                }
            }
            any |= !touched.isEmpty();
        }
        seen.forEach(this::settle);
        if (connections.size() == 0) {
            transport.relay().release(nowNanos);
            stopWhenEmpty();
        }
        setTimer(SHARED, Deadlines.earlier(transport.nextTimeoutNanos(), signIn.nextTimeoutNanos()));
    }

    private Iterable<PeerConnection> takeTouched() {
        List<PeerConnection> taken = List.copyOf(touched);
        touched.clear();
        return taken;
    }

    private void settle(PeerConnection connection) {
        if (connection.state() == PeerConnection.State.OVER) {
            connections.remove(connection);
            timers.cancel(connection.id());
        } else {
            setTimer(connection.id(), connection.nextTimeoutNanos());
        }
    }

    private void setTimer(ConnectionId key, long atNanos) {
        if (atNanos == NEVER) {
            timers.cancel(key);
        } else {
            timers.set(key, atNanos);
        }
    }

    private void stopWhenEmpty() {
        if (stopping && !stopped) {
            transport.relay().close(nowNanos);
            transport.drain(nowNanos);
            if (transport.relay().isClosed()) {
                stopped = true;
                outbox.tell(new EndpointOutput.Stopped());
            }
        }
    }

    /** News of the socket that every connection should know. */
    private final class TransportListener implements LocalTransport.Listener {
        @Override
        public void candidateGathered(Candidate candidate) {
            forEachAttempt(attempt -> attempt.addLocalCandidate(candidate, nowNanos));
        }

        @Override
        public void candidateWithdrawn(Candidate candidate) {
            forEachAttempt(attempt -> attempt.removeLocalCandidate(candidate, nowNanos));
        }

        @Override
        public void permissionInstalled(IpAddress peer) {
            forEachAttempt(attempt -> attempt.agent().permissionInstalled(peer, nowNanos));
        }

        @Override
        public void permissionRefused(IpAddress peer) {
            forEachAttempt(attempt -> attempt.agent().permissionRefused(peer, nowNanos));
        }

        @Override
        public void credentialsNeeded() {
            signIn.credentialsNeeded();
        }

        private void forEachAttempt(Consumer<Attempt> action) {
            for (PeerConnection connection : connections.all()) {
                Attempt attempt = connection.attempt();
                if (attempt != null) {
                    action.accept(attempt);
                    touch(connection);
                }
            }
        }
    }
}
