package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/**
 * Where a client's data goes: out of this relay socket to this peer. The core keeps one object per channel binding or
 * peer, so that a packet costs no garbage. Hold it no longer than until the next input to the core.
 */
public final class Route extends Attachable {
    private final RelaySocket relaySocket;
    private final TransportAddress peer;
    private final boolean dontFragment;

    Route(RelaySocket relaySocket, TransportAddress peer) {
        this(relaySocket, peer, false);
    }

    Route(RelaySocket relaySocket, TransportAddress peer, boolean dontFragment) {
        this.relaySocket = relaySocket;
        this.peer = peer;
        this.dontFragment = dontFragment;
    }

    /** The relay socket of the client's allocation. */
    public RelaySocket relaySocket() {
        return relaySocket;
    }

    /** The peer to send to. */
    public TransportAddress peer() {
        return peer;
    }

    /** Whether the datagram has to leave with the DF bit set, and in one piece. Only Send indications ask for that. */
    public boolean dontFragment() {
        return dontFragment;
    }

    @Override
    public String toString() {
        return relaySocket + " to " + peer;
    }
}
