package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;

/**
 * What a node knows of its own addresses, over all its shards. The server's own addresses are no peers, except at the
 * relayed transport addresses of live allocations. Asked per packet, so all answers must be cheap and allocate
 * nothing.
 */
public interface RelayedAddresses {

    /** Whether this is an address of the server itself: of a listener, of a relay, or how the world sees these. */
    boolean isOwn(IpAddress ip);

    /**
     * The same of an IPv4 address that is no object, as it was found inside of an IPv6 address.
     *
     * @param address its 32 bits, those of the first octet highest
     */
    boolean isOwnIpv4(int address);

    /** Whether this is the relayed transport address of an allocation that lives now on any shard of this node. */
    boolean isLive(TransportAddress relayed);

    /** The same for allocations that relay TCP, whose ports are others. */
    default boolean isLiveTcp(TransportAddress relayed) {
        return false;
    }
}
