package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * RFC 6062: a peer data connection, a TCP connection between the relayed transport address of an allocation and a peer.
 * The shell hangs its socket on it, and hands the same object back with every event of that socket.
 */
public final class PeerConnection extends Attachable {

    enum State {
        /** A Connect request waits for it. */
        CONNECTING,
        /** It is there, and its client has not claimed it with a ConnectionBind request. */
        UNBOUND,
        /** It is spliced to a client data connection. */
        BOUND,
        CLOSED
    }

    private final Allocation allocation;
    private final RelaySocket relaySocket;
    private final TransportAddress peer;
    private final int connectionId;
    private final PeerConnectionTimeout timeout = new PeerConnectionTimeout(this);
    private @Nullable Reply connectReply;
    private State state;

    private PeerConnection(
            Allocation allocation,
            RelaySocket relaySocket,
            TransportAddress peer,
            int connectionId,
            @Nullable Reply connectReply) {
        this.allocation = allocation;
        this.relaySocket = relaySocket;
        this.peer = peer;
        this.connectionId = connectionId;
        this.connectReply = connectReply;
        this.state = connectReply == null ? State.UNBOUND : State.CONNECTING;
    }

    /** One that a client has asked for. */
    static PeerConnection outgoing(
            Allocation allocation, RelaySocket from, TransportAddress peer, int connectionId, Reply connectReply) {
        return new PeerConnection(allocation, from, peer, connectionId, connectReply);
    }

    /** One that a peer has made. */
    static PeerConnection incoming(Allocation allocation, RelaySocket at, TransportAddress peer, int connectionId) {
        return new PeerConnection(allocation, at, peer, connectionId, null);
    }

    /** The relay socket on this end's address: what the connection is made from, or came in at. */
    public RelaySocket relaySocket() {
        return relaySocket;
    }

    /** The other end. */
    public TransportAddress peer() {
        return peer;
    }

    Allocation allocation() {
        return allocation;
    }

    /** The value of CONNECTION-ID, as 32 bits. */
    int connectionId() {
        return connectionId;
    }

    PeerConnectionTimeout timeout() {
        return timeout;
    }

    State state() {
        return state;
    }

    void changeTo(State next) {
        state = next;
    }

    /** How to answer the Connect request, once; null when there is nothing to answer. */
    @Nullable Reply takeConnectReply() {
        Reply reply = connectReply;
        connectReply = null;
        return reply;
    }

    @Override
    public String toString() {
        return "connection of " + relaySocket + " with " + peer;
    }
}
