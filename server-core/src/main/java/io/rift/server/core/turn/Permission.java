package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/** RFC 8656 section 9: an IP address from and to which an allocation relays. */
final class Permission extends Deadline {
    private final Allocation allocation;
    private final TransportAddress key;

    /** A permission under its key, the IP address with port 0. */
    Permission(Allocation allocation, TransportAddress key) {
        this.allocation = allocation;
        this.key = key;
    }

    Allocation allocation() {
        return allocation;
    }

    TransportAddress key() {
        return key;
    }
}
