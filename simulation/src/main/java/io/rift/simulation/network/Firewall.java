package io.rift.simulation.network;

import io.rift.protocol.TransportAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A stateful packet filter in front of a host that translates nothing: only who was sent to may answer. */
public final class Firewall {
    private final NatBehavior.Filtering filtering;
    private final long timeoutNanos;
    private final VirtualTime time;
    /** Never iterated. */
    private final Map<TransportAddress, RemoteFilter> filterByLocal = new HashMap<>();

    Firewall(NatBehavior.Filtering filtering, Duration timeout, VirtualTime time) {
        this.filtering = filtering;
        this.timeoutNanos = timeout.toNanos();
        this.time = time;
    }

    void outbound(Datagram datagram) {
        filterOf(datagram.source()).open(datagram.destination(), time.nowNanos());
    }

    boolean admits(Datagram datagram) {
        RemoteFilter filter = filterOf(datagram.destination());
        if (!filter.admits(datagram.source(), time.nowNanos())) {
            return false;
        }
        filter.open(datagram.source(), time.nowNanos());
        return true;
    }

    private RemoteFilter filterOf(TransportAddress local) {
        return filterByLocal.computeIfAbsent(local, key -> new RemoteFilter(filtering, timeoutNanos));
    }
}
