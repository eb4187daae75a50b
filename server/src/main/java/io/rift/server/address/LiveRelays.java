package io.rift.server.address;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.RelayedAddresses;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The relayed transport addresses of all live allocations of this node, over all its shards. Shards write and read it
 * from their own threads.
 *
 * <p>Behind a 1:1 NAT an allocation has two addresses: the one that peers are told and the one that its socket is
 * bound to. Two clients of this node that relay to each other would depend on that NAT sending packets back in, which
 * many do not; so a shard sends to the bound address instead, and takes what comes from a bound address as coming from
 * the told one.
 */
public final class LiveRelays implements RelayedAddresses {

    private final Set<IpAddress> own;
    private final Map<TransportAddress, TransportAddress> boundByExternal = new ConcurrentHashMap<>();
    private final Map<TransportAddress, TransportAddress> externalByBound = new ConcurrentHashMap<>();

    /**
     * No relays yet.
     *
     * @param own the addresses of this node
     */
    public LiveRelays(Set<IpAddress> own) {
        this.own = Set.copyOf(own);
    }

    /** A relay socket is open. */
    public void add(TransportAddress external, TransportAddress bound) {
        boundByExternal.put(external, bound);
        externalByBound.put(bound, external);
    }

    /** A relay socket is about to be closed. */
    public void remove(TransportAddress external, TransportAddress bound) {
        boundByExternal.remove(external, bound);
        externalByBound.remove(bound, external);
    }

    @Override
    public boolean isOwn(IpAddress ip) {
        return own.contains(ip);
    }

    @Override
    public boolean isLive(TransportAddress relayed) {
        return boundByExternal.containsKey(relayed);
    }

    /** Where the socket behind this relayed transport address is bound, or null if it is none of this node's. */
    public @Nullable TransportAddress bound(TransportAddress external) {
        return boundByExternal.get(external);
    }

    /** Under which relayed transport address the socket bound here is known, or null if it is none of this node's. */
    public @Nullable TransportAddress external(TransportAddress bound) {
        return externalByBound.get(bound);
    }

    /** How many there are. */
    public int size() {
        return boundByExternal.size();
    }
}
