package io.rift.server.address;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.RelayedAddresses;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
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

    private final Set<IpAddress> own = ConcurrentHashMap.newKeySet();

    /** Those of IPv4 among them, sorted; replaced as a whole. */
    private volatile int[] ownIpv4 = {};

    private final Pairs udp = new Pairs();
    private final Pairs tcp = new Pairs();

    /** What relays speak UDP and what speak TCP has the same ports without having to do with each other. */
    private static final class Pairs {
        private final Map<TransportAddress, TransportAddress> boundByExternal = new ConcurrentHashMap<>();
        private final Map<TransportAddress, TransportAddress> externalByBound = new ConcurrentHashMap<>();

        void add(TransportAddress external, TransportAddress bound) {
            boundByExternal.put(external, bound);
            externalByBound.put(bound, external);
        }

        void remove(TransportAddress external, TransportAddress bound) {
            boundByExternal.remove(external, bound);
            externalByBound.remove(bound, external);
        }
    }

    /**
     * No relays yet.
     *
     * @param own the addresses of this node, to which {@link #addOwn} may add
     */
    public LiveRelays(Set<IpAddress> own) {
        addOwn(own);
    }

    /**
     * This node has these addresses, too. They stay its own when it loses them: it may get
     * them back, and until the next start a peer that took one over is not relayed to.
     *
     * @return those that are new
     */
    public final synchronized List<IpAddress> addOwn(Collection<IpAddress> more) {
        List<IpAddress> fresh = more.stream().filter(own::add).toList();
        ownIpv4 = own.stream()
                .filter(IpAddress::isIpv4)
                .mapToInt(ip -> (int) ip.low())
                .sorted()
                .toArray();
        return fresh;
    }

    /** A relay socket is open. */
    public void add(TransportAddress external, TransportAddress bound) {
        udp.add(external, bound);
    }

    /** A relay socket is about to be closed. */
    public void remove(TransportAddress external, TransportAddress bound) {
        udp.remove(external, bound);
    }

    /** A relay socket for TCP is open. */
    public void addTcp(TransportAddress external, TransportAddress bound) {
        tcp.add(external, bound);
    }

    /** A relay socket for TCP is about to be closed. */
    public void removeTcp(TransportAddress external, TransportAddress bound) {
        tcp.remove(external, bound);
    }

    @Override
    public boolean isOwn(IpAddress ip) {
        return own.contains(ip);
    }

    @Override
    public boolean isOwnIpv4(int address) {
        return Arrays.binarySearch(ownIpv4, address) >= 0;
    }

    @Override
    public boolean isLive(TransportAddress relayed) {
        return udp.boundByExternal.containsKey(relayed);
    }

    @Override
    public boolean isLiveTcp(TransportAddress relayed) {
        return tcp.boundByExternal.containsKey(relayed);
    }

    /** Where the socket behind this relayed transport address is bound, or null if it is none of this node's. */
    public @Nullable TransportAddress bound(TransportAddress external) {
        return udp.boundByExternal.get(external);
    }

    /** Under which relayed transport address the socket bound here is known, or null if it is none of this node's. */
    public @Nullable TransportAddress external(TransportAddress bound) {
        return udp.externalByBound.get(bound);
    }

    /** As {@link #bound} for TCP. */
    public @Nullable TransportAddress boundTcp(TransportAddress external) {
        return tcp.boundByExternal.get(external);
    }

    /** As {@link #external} for TCP. */
    public @Nullable TransportAddress externalTcp(TransportAddress bound) {
        return tcp.externalByBound.get(bound);
    }

    /** How many there are. */
    public int size() {
        return udp.boundByExternal.size() + tcp.boundByExternal.size();
    }
}
