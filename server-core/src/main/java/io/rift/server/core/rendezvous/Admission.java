package io.rift.server.core.rendezvous;

import io.rift.protocol.IpAddress;
import java.util.HashMap;
import java.util.Map;

/** How many connections there may be: in all, unauthenticated, and from one place. */
final class Admission {
    private final RendezvousLimits limits;
    private final Map<IpAddress, Integer> connectionsByOrigin = new HashMap<>();
    private final Map<IpAddress, Integer> unauthenticatedByOrigin = new HashMap<>();
    private int connections;
    private int unauthenticated;

    Admission(RendezvousLimits limits) {
        this.limits = limits;
    }

    /** One household has one IPv4 address or one IPv6 /64, and as many addresses in that as it likes. */
    static IpAddress origin(IpAddress remote) {
        return remote.isIpv4() ? remote : IpAddress.ofIpv6(remote.high(), 0);
    }

    /** Counts a new connection in, or refuses it. */
    boolean admit(IpAddress origin) {
        int fromOrigin = connectionsByOrigin.getOrDefault(origin, 0);
        int unauthenticatedFromOrigin = unauthenticatedByOrigin.getOrDefault(origin, 0);
        if (connections >= limits.maxConnections()
                || unauthenticated >= limits.maxUnauthenticatedConnections()
                || fromOrigin >= limits.maxConnectionsPerAddress()
                || unauthenticatedFromOrigin >= limits.maxUnauthenticatedPerAddress()) {
            return false;
        }
        connections++;
        unauthenticated++;
        connectionsByOrigin.put(origin, fromOrigin + 1);
        unauthenticatedByOrigin.put(origin, unauthenticatedFromOrigin + 1);
        return true;
    }

    void authenticated(Connection connection) {
        unauthenticated--;
        countOut(unauthenticatedByOrigin, connection.origin);
    }

    void left(Connection connection) {
        connections--;
        if (!connection.isSignedIn()) {
            unauthenticated--;
            countOut(unauthenticatedByOrigin, connection.origin);
        }
        countOut(connectionsByOrigin, connection.origin);
    }

    private static void countOut(Map<IpAddress, Integer> countByOrigin, IpAddress from) {
        countByOrigin.computeIfPresent(from, (origin, count) -> count == 1 ? null : count - 1);
    }

    int connections() {
        return connections;
    }

    int unauthenticated() {
        return unauthenticated;
    }
}
