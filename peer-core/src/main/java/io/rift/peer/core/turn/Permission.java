package io.rift.peer.core.turn;

import io.rift.protocol.IpAddress;

/** RFC 8656 section 9: peers at this IP address may send to us, from any port. */
final class Permission extends Lease {
    private final IpAddress peer;

    Permission(IpAddress peer) {
        this.peer = peer;
    }

    IpAddress peer() {
        return peer;
    }
}
