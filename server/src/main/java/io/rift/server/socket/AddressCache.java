package io.rift.server.socket;

import io.rift.protocol.TransportAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The addresses seen lately, as the core knows them, so that a packet of a known sender makes no garbage. A fixed table
 * in which a newcomer takes the place of whoever has the same hash: bounded, and no sender can make it slow.
 */
final class AddressCache {

    private static final int ENTRIES = 4096;

    private final @Nullable InetSocketAddress[] keys = new InetSocketAddress[ENTRIES];
    private final @Nullable TransportAddress[] values = new TransportAddress[ENTRIES];

    TransportAddress of(InetSocketAddress address) {
        int hash = address.hashCode();
        int index = (hash ^ hash >>> 16) & (ENTRIES - 1);
        TransportAddress known = values[index];
        if (known != null && address.equals(keys[index])) {
            return known;
        }
        TransportAddress made = TransportAddress.of(address);
        keys[index] = address;
        values[index] = made;
        return made;
    }
}
