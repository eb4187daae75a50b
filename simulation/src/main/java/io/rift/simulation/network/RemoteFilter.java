package io.rift.simulation.network;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.util.HashMap;
import java.util.Map;

/** Who may send to one mapping of a NAT, or to one endpoint behind a firewall (RFC 4787 section 5). */
final class RemoteFilter {
    private final NatBehavior.Filtering filtering;
    private final long timeoutNanos;
    /** Never iterated. */
    private final Map<Object, Long> expiryNanosByRemote = new HashMap<>();

    RemoteFilter(NatBehavior.Filtering filtering, long timeoutNanos) {
        this.filtering = filtering;
        this.timeoutNanos = timeoutNanos;
    }

    /** A datagram goes out to a remote endpoint. */
    void open(TransportAddress remote, long nowNanos) {
        expiryNanosByRemote.put(key(remote), nowNanos + timeoutNanos);
    }

    /** Whether a datagram of a remote endpoint may come in. */
    boolean admits(TransportAddress remote, long nowNanos) {
        if (filtering == NatBehavior.Filtering.ENDPOINT_INDEPENDENT) {
            return true;
        }
        Long expiryNanos = expiryNanosByRemote.get(key(remote));
        return expiryNanos != null && nowNanos - expiryNanos < 0;
    }

    private Object key(TransportAddress remote) {
        return switch (filtering) {
            case ENDPOINT_INDEPENDENT -> Everybody.EVERYBODY;
            case ADDRESS_DEPENDENT -> new Address(remote.ip());
            case ADDRESS_AND_PORT_DEPENDENT -> remote;
        };
    }

    private enum Everybody {
        EVERYBODY
    }

    private record Address(IpAddress ip) {}
}
