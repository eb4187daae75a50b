package io.rift.server.socket;

import io.rift.protocol.IpAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many connections there are, over all shards of the node and by where they come from. An IPv6 host has a /64 to
 * itself, so that counts as one address.
 */
final class ConnectionLimits {

    private final int maxInAll;
    private final int maxPerAddress;
    private final AtomicInteger inAll = new AtomicInteger();
    private final ConcurrentHashMap<IpAddress, Integer> countByOrigin = new ConcurrentHashMap<>();

    ConnectionLimits(ConnectionBounds bounds) {
        maxInAll = bounds.maxConnections();
        maxPerAddress = bounds.maxPerAddress();
    }

    /** Takes a place, if there is one. */
    boolean enter() {
        if (inAll.incrementAndGet() > maxInAll) {
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        inAll.decrementAndGet();
    }

    /** Takes one of the places of this address, if there is one. */
    boolean enterFrom(IpAddress address) {
        boolean[] entered = new boolean[1];
        countByOrigin.compute(origin(address), (origin, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < maxPerAddress;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        return entered[0];
    }

    void leaveFrom(IpAddress address) {
        countByOrigin.computeIfPresent(origin(address), (origin, count) -> count == 1 ? null : count - 1);
    }

    /** How many addresses are remembered. */
    int origins() {
        return countByOrigin.size();
    }

    private static IpAddress origin(IpAddress address) {
        return address.isIpv4() ? address : IpAddress.ofIpv6(address.high(), 0);
    }
}
