package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/** RFC 8656 section 12: a channel number that stands for one peer. */
final class ChannelBinding extends Deadline {
    private final Allocation allocation;
    private final int number;
    private final Route route;

    ChannelBinding(Allocation allocation, int number, Route route) {
        this.allocation = allocation;
        this.number = number;
        this.route = route;
    }

    Allocation allocation() {
        return allocation;
    }

    int number() {
        return number;
    }

    TransportAddress peer() {
        return route.peer();
    }

    Route route() {
        return route;
    }
}
