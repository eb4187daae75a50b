package io.rift.server.core.discovery;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.DiscoveryAttributes.Change;

/**
 * The four transport addresses that RFC 5780 section 6 asks of a server: two IP addresses, and on both of them the same
 * two ports.
 *
 * @param first one address
 * @param second the other address, of the same family
 * @param firstPort one port on both
 * @param secondPort the other port on both
 */
public record DiscoveryAddresses(Host first, Host second, int firstPort, int secondPort) {

    /**
     * One of the two IP addresses.
     *
     * @param bound where the server's sockets are
     * @param external how clients see it, which differs behind a 1:1 NAT
     */
    public record Host(IpAddress bound, IpAddress external) {}

    /**
     * Checks that all four differ.
     *
     * @throws IllegalArgumentException if two of them are the same or of different families
     */
    public DiscoveryAddresses {
        if (first.bound.family() != second.bound.family() || first.external.family() != second.external.family()) {
            throw new IllegalArgumentException(first.bound + " and " + second.bound + " are not of one address family");
        }
        if (first.bound.equals(second.bound) || first.external.equals(second.external)) {
            throw new IllegalArgumentException(first.external + " and " + second.external + " are one address");
        }
        if (firstPort == secondPort) {
            throw new IllegalArgumentException("port " + firstPort + " is there twice");
        }
    }

    /** Whether a request that arrived at this socket can be answered from all four addresses. */
    public boolean includes(TransportAddress local) {
        boolean ip = local.ip().equals(first.bound) || local.ip().equals(second.bound);
        return ip && (local.port() == firstPort || local.port() == secondPort);
    }

    /** The socket to answer from, by the table in RFC 5780 section 6.1. */
    TransportAddress changed(TransportAddress local, Change change) {
        IpAddress ip = change.address() ? otherThan(host(local)).bound : local.ip();
        int otherPort = local.port() == firstPort ? secondPort : firstPort;
        return new TransportAddress(ip, change.port() ? otherPort : local.port());
    }

    /** How clients see a socket. */
    TransportAddress external(TransportAddress bound) {
        return new TransportAddress(host(bound).external, bound.port());
    }

    private Host host(TransportAddress local) {
        return local.ip().equals(first.bound) ? first : second;
    }

    private Host otherThan(Host host) {
        return host.equals(first) ? second : first;
    }
}
