package io.rift.peer.core.turn;

import io.rift.protocol.TransportAddress;

/** RFC 8656 section 12: a number that stands for a peer. */
final class Channel extends Lease {
    private final TransportAddress peer;
    private final int number;

    Channel(TransportAddress peer, int number) {
        this.peer = peer;
        this.number = number;
    }

    TransportAddress peer() {
        return peer;
    }

    int number() {
        return number;
    }
}
