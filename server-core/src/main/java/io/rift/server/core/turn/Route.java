package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/**
 * Where a client's data goes: out of this relay socket to this peer. The core keeps one object per channel binding or
 * peer, so that a packet costs no garbage. Hold it no longer than until the next input to the core.
 */
public final class Route extends Attachable {
    private final RelaySocket relaySocket;
    private final TransportAddress peer;

    Route(RelaySocket relaySocket, TransportAddress peer) {
        this.relaySocket = relaySocket;
        this.peer = peer;
    }

    /** The relay socket of the client's allocation. */
    public RelaySocket relaySocket() {
        return relaySocket;
    }

    /** The peer to send to. */
    public TransportAddress peer() {
        return peer;
    }

    @Override
    public String toString() {
        return relaySocket + " to " + peer;
    }
}
