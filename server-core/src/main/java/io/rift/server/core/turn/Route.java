package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a client's data goes: out of this relay socket to this peer. The core keeps one object per channel binding or
 * peer, so that a packet costs no garbage. Hold it no longer than until the next input to the core.
 */
public final class Route extends Attachable {
    private final RelaySocket relaySocket;
    private final TransportAddress peer;
    private final boolean dontFragment;
    private @Nullable Route unfragmented;
    private boolean used;
    private @Nullable RelaySocket inside;
    private long insideAsOf = InsideRelays.NEVER;

    Route(RelaySocket relaySocket, TransportAddress peer) {
        this(relaySocket, peer, false);
    }

    private Route(RelaySocket relaySocket, TransportAddress peer, boolean dontFragment) {
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

    /** The way to the same peer with the DF bit set. */
    Route unfragmented() {
        if (unfragmented == null) {
            unfragmented = new Route(relaySocket, peer, true);
        }
        return unfragmented;
    }

    void use() {
        used = true;
    }

    /** Whether it was used since this was asked last. */
    boolean wasUsed() {
        boolean wasUsed = used;
        used = false;
        return wasUsed;
    }

    /** The relay socket of this server behind the peer's address, as far as known. */
    @Nullable RelaySocket inside() {
        return inside;
    }

    /** The {@link InsideRelays#version()} at which that was looked up. */
    long insideAsOf() {
        return insideAsOf;
    }

    void leadsTo(@Nullable RelaySocket socket, long asOf) {
        inside = socket;
        insideAsOf = asOf;
    }

    @Override
    public String toString() {
        return relaySocket + " to " + peer;
    }
}
