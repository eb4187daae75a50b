package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6062, TURN for TCP: the rules of its Allocate, Connect and ConnectionBind requests, and what becomes of a
 * connection between a relayed transport address and a peer. No byte of such a connection passes here: the shell reads
 * nothing from a peer until its connection is bound, and then splices it to the client's.
 */
final class TcpRelaying {
    private final Allocations allocations;
    private final AllocationRequests requests;
    private final Quotas quotas;
    private final PeerConnections connections;
    private final PeerAccess access;
    private final Responder responder;
    private final Queue<TurnCommand> commands;
    private final TurnCounters counters;
    private final RandomGenerator random;

    TcpRelaying(
            Allocations allocations,
            AllocationRequests requests,
            Quotas quotas,
            PeerConnections connections,
            PeerAccess access,
            Responder responder,
            Queue<TurnCommand> commands,
            TurnCounters counters,
            RandomGenerator random) {
        this.allocations = allocations;
        this.requests = requests;
        this.quotas = quotas;
        this.connections = connections;
        this.access = access;
        this.responder = responder;
        this.commands = commands;
        this.counters = counters;
        this.random = random;
    }

    /** RFC 6062 section 5.1: why a request for a TCP allocation is refused, beyond what holds for all; or null. */
    static @Nullable ErrorCode allocateRefusal(Request request, TcpRelayConfig config) {
        if (!config.enabled()) {
            return ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL;
        }
        // "If the client connection transport is not TCP or TLS, the server MUST reject the request with a 400 (Bad
        // Request) error."
        if (!request.local().transport().isStream()) {
            return ErrorCode.BAD_REQUEST;
        }
        // "If the request contains the DONT-FRAGMENT, EVEN-PORT, or RESERVATION-TOKEN attribute, the server MUST reject
        // the request with a 400 (Bad Request) error."
        StunMessage message = request.message();
        boolean forUdp = message.has(TurnAttributes.DONT_FRAGMENT)
                || message.has(TurnAttributes.EVEN_PORT)
                || message.has(TurnAttributes.RESERVATION_TOKEN);
        return forUdp ? ErrorCode.BAD_REQUEST : null;
    }

    /** RFC 6062 section 5.2. */
    void connect(Request request) {
        Allocation allocation = requests.allocation(request);
        if (allocation == null) {
            return;
        }
        PeerConnections.OfAllocation siblings = allocation.peerConnections();
        if (siblings == null) {
            // "If the request is received on a TCP connection for which no allocation exists, the server MUST return a
            // 437 (Allocation Mismatch) error." There is one here, but none that could connect.
            responder.error(request.reply(), ErrorCode.ALLOCATION_MISMATCH);
            return;
        }
        // "If the request does not contain an XOR-PEER-ADDRESS attribute, or if such attribute is invalid, the server
        // MUST return a 400 (Bad Request) error."
        TransportAddress peer = request.message().get(TurnAttributes.XOR_PEER_ADDRESS);
        if (peer == null) {
            responder.error(request.reply(), ErrorCode.BAD_REQUEST);
            return;
        }
        RelaySocket socket = allocation.socket(peer.ip().family());
        if (socket == null) {
            responder.error(request.reply(), ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH);
            return;
        }
        ErrorCode refusal = connectRefusal(allocation, siblings, peer, request.nowNanos());
        if (refusal != null) {
            responder.error(request.reply(), refusal);
            return;
        }
        PeerConnection connection =
                PeerConnection.outgoing(allocation, socket, peer, connections.newConnectionId(), request.reply());
        connections.add(connection, siblings, request.nowNanos(), TcpRelayConfig.CONNECT_TIMEOUT_SECONDS);
        commands.add(new TurnCommand.ConnectToPeer(connection));
    }

    private @Nullable ErrorCode connectRefusal(
            Allocation allocation, PeerConnections.OfAllocation siblings, TransportAddress peer, long nowNanos) {
        // "If the new connection is forbidden by local policy, the server MUST reject the request with a 403
        // (Forbidden) error." The policy here includes that a Connect needs a permission, like data over UDP does.
        if (!allocation.permits(peer.ip()) || !access.mayConnectTo(peer)) {
            return ErrorCode.FORBIDDEN;
        }
        // "If the server is currently processing a Connect request for this allocation with the same XOR-PEER-ADDRESS,
        // it MUST return a 446 (Connection Already Exists) error." So it must when the connection is "pending or
        // active".
        if (siblings.get(peer) != null) {
            return ErrorCode.CONNECTION_ALREADY_EXISTS;
        }
        if (!connections.fits(allocation, siblings)) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        // Every attempt tells whether a port is open, so each counts as a new peer.
        return quotas.payForNewPeers(allocation.account(), 1, nowNanos)
                ? null
                : requests.refusal(Quota.NEW_PEERS_OF_USER);
    }

    /** The shell has made a connection that it was told to make. */
    void connected(PeerConnection connection, long nowNanos) {
        Reply reply = connection.takeConnectReply();
        if (connection.state() != PeerConnection.State.CONNECTING || reply == null) {
            return; // given up meanwhile; the shell has been told to close it
        }
        connection.changeTo(PeerConnection.State.UNBOUND);
        connections.restartTimeout(connection, nowNanos, TcpRelayConfig.BIND_TIMEOUT_SECONDS);
        // "The server MUST include the CONNECTION-ID attribute in the Connect success response."
        responder.success(reply, encoder -> encoder.add(TurnAttributes.CONNECTION_ID, connectionId(connection)));
    }

    /** A connection has ended: it could not be made, or either end of it was closed. */
    void closed(PeerConnection connection) {
        if (connection.state() != PeerConnection.State.CLOSED) {
            connections.forget(connection);
        }
    }

    /** A connection was not made or not bound in time. */
    void timedOut(PeerConnection connection) {
        connections.close(connection);
    }

    /** Bytes were passed on; the answer is for how many nanoseconds to read nothing more where they came from. */
    long relayed(PeerConnection connection, boolean toPeer, int bytes, long nowNanos) {
        Allocation allocation = connection.allocation();
        if (toPeer) {
            counters.bytesToPeers += bytes;
            allocation.traffic().streamToPeers(bytes);
        } else {
            counters.bytesToClients += bytes;
            allocation.traffic().streamToClient(bytes);
        }
        return connection.state() == PeerConnection.State.BOUND
                ? quotas.payForStream(allocation.account(), bytes, nowNanos)
                : 0;
    }

    /** RFC 6062 section 5.3: a peer has connected to a relayed transport address. Null when it is not to stay. */
    @Nullable PeerConnection accepted(RelaySocket socket, TransportAddress peer, long nowNanos) {
        Allocation allocation = socket.allocation();
        PeerConnections.OfAllocation siblings = allocation == null ? null : allocation.peerConnections();
        if (allocation == null || siblings == null) {
            return drop(DropReason.NO_RELAY);
        }
        // "If no permission for this peer has been installed for this allocation, the server MUST close the connection
        // with the peer immediately after it has been accepted."
        if (!allocation.permits(peer.ip())) {
            return drop(DropReason.NO_PERMISSION);
        }
        if (!access.mayConnectTo(peer)) {
            return drop(DropReason.PEER_REFUSED);
        }
        if (siblings.get(peer) != null || !connections.fits(allocation, siblings)) {
            return drop(DropReason.TOO_MANY_CONNECTIONS);
        }
        // Who connects and resets in a loop would fill the control connection.
        if (!connections.mayAnnounce(allocation, nowNanos)) {
            return drop(DropReason.CONNECTION_ATTEMPT_RATE);
        }
        PeerConnection connection = PeerConnection.incoming(allocation, socket, peer, connections.newConnectionId());
        connections.add(connection, siblings, nowNanos, TcpRelayConfig.BIND_TIMEOUT_SECONDS);
        announce(connection);
        return connection;
    }

    /** "The indication MUST include an XOR-PEER-ADDRESS attribute ..., as well as a CONNECTION-ID attribute" */
    private void announce(PeerConnection connection) {
        byte[] indication = StunEncoder.of(
                        MessageClass.INDICATION, TurnMethod.CONNECTION_ATTEMPT, TransactionId.random(random))
                .add(TurnAttributes.CONNECTION_ID, connectionId(connection))
                .add(TurnAttributes.XOR_PEER_ADDRESS, connection.peer())
                .encode();
        ClientPath control = connection.allocation().path();
        commands.add(new TurnCommand.SendToClient(control.local(), control.client(), ByteBuffer.wrap(indication)));
    }

    private @Nullable PeerConnection drop(DropReason reason) {
        counters.drop(reason);
        return null;
    }

    /** RFC 6062 section 5.4. */
    void connectionBind(Request request) {
        PeerConnection connection = claimed(request);
        PeerConnections.OfAllocation siblings =
                connection == null ? null : connection.allocation().peerConnections();
        if (connection == null || siblings == null) {
            responder.error(request.reply(), ErrorCode.BAD_REQUEST);
            return;
        }
        if (!access.mayConnectTo(connection.peer())) { // the policy has changed, or the relay there is gone
            connections.close(connection);
            responder.error(request.reply(), ErrorCode.FORBIDDEN);
            return;
        }
        connections.bound(connection, siblings);
        responder.success(request.reply());
        commands.add(new TurnCommand.SplicePeerConnection(connection, request.local(), request.client()));
    }

    /** The client's end of the control connection that a ConnectionBind from this IP address belongs to, or null. */
    @Nullable TransportAddress control(StunMessage connectionBind, IpAddress from) {
        Long connectionId = connectionBind.get(TurnAttributes.CONNECTION_ID);
        PeerConnection connection = connectionId == null ? null : connections.get((int) (long) connectionId);
        if (connection == null) {
            return null;
        }
        TransportAddress client = connection.allocation().path().client();
        return client.ip().equals(from) ? client : null;
    }

    private @Nullable PeerConnection claimed(Request request) {
        // "If the client connection transport is not TCP or TLS, the server MUST return a 400 (Bad Request) error." So
        // it does on a control connection, which would stop to be one.
        if (!request.local().transport().isStream() || allocations.get(request.client(), request.local()) != null) {
            return null;
        }
        // "If the request does not contain the CONNECTION-ID attribute, or if this attribute does not refer to an
        // existing pending connection, the server MUST return a 400 (Bad Request) error."
        Long connectionId = request.message().get(TurnAttributes.CONNECTION_ID);
        PeerConnection connection = connectionId == null ? null : connections.get((int) (long) connectionId);
        if (connection == null || connection.state() != PeerConnection.State.UNBOUND) {
            return null;
        }
        // To another user the connection does not exist, so that nobody learns anything by guessing.
        return connection.allocation().user().isSameAs(request.user()) ? connection : null;
    }

    private static long connectionId(PeerConnection connection) {
        return Integer.toUnsignedLong(connection.connectionId());
    }
}
