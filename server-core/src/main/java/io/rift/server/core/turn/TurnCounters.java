package io.rift.server.core.turn;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one {@link TurnServer} has done so far, in plain longs that only its own thread may touch. A shell that reads
 * from elsewhere publishes a {@link #snapshot()}.
 */
public final class TurnCounters {

    /** The pseudo code of an Allocate success among the Allocate results. */
    public static final int SUCCESS = 200;

    /** Every code under which an Allocate result is counted, ascending. */
    public static final List<Integer> ALLOCATE_RESULT_CODES =
            List.of(SUCCESS, 300, 400, 401, 405, 420, 437, 438, 440, 442, 486, 508);

    long allocations;
    long permissions;
    long channels;
    long peerConnections;
    long peers;
    long users;
    long packetsToPeers;
    long bytesToPeers;
    long packetsToClients;
    long bytesToClients;
    long bindingResponses;
    long icmpErrorsToClients;
    private final EnumMap<DropReason, Count> drops = new EnumMap<>(DropReason.class);
    private final EnumMap<Quota, Count> refusals = new EnumMap<>(Quota.class);
    private final SortedMap<Integer, Count> allocateResults = new TreeMap<>();

    TurnCounters() {
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, new Count());
        }
        for (Quota quota : Quota.values()) {
            refusals.put(quota, new Count());
        }
        for (int code : ALLOCATE_RESULT_CODES) {
            allocateResults.put(code, new Count());
        }
    }

    /** Allocations that live now. */
    public long allocations() {
        return allocations;
    }

    /** Permissions that live now. */
    public long permissions() {
        return permissions;
    }

    /** Channel bindings that live now. */
    public long channels() {
        return channels;
    }

    /** TCP connections with peers that are there now, or being made. */
    public long peerConnections() {
        return peerConnections;
    }

    /** Peers to which Send indications have gone lately, each counted once per allocation. */
    public long peers() {
        return peers;
    }

    /** Accounts that have an allocation now, or a reservation. */
    public long users() {
        return users;
    }

    /** Datagrams routed from clients to peers. */
    public long packetsToPeers() {
        return packetsToPeers;
    }

    /** Bytes of application data routed from clients to peers. */
    public long bytesToPeers() {
        return bytesToPeers;
    }

    /** Datagrams routed from peers to clients. */
    public long packetsToClients() {
        return packetsToClients;
    }

    /** Bytes of application data routed from peers to clients. */
    public long bytesToClients() {
        return bytesToClients;
    }

    /** Binding success responses. */
    public long bindingResponses() {
        return bindingResponses;
    }

    /** ICMP errors that clients were told of. */
    public long icmpErrorsToClients() {
        return icmpErrorsToClients;
    }

    /** Datagrams dropped for this reason. */
    public long drops(DropReason reason) {
        return count(drops, reason).value;
    }

    /** Requests refused because of this bound. */
    public long refusals(Quota quota) {
        return count(refusals, quota).value;
    }

    /** Allocate requests answered with this error code, or with {@link #SUCCESS}. Retransmissions count again. */
    public long allocateResults(int code) {
        Count count = allocateResults.get(code);
        return count == null ? 0 : count.value;
    }

    /** A copy that stays as it is. */
    public TurnCounters snapshot() {
        TurnCounters copy = new TurnCounters();
        copy.add(this);
        return copy;
    }

    /** Adds another shard's counters to these. */
    public void add(TurnCounters other) {
        allocations += other.allocations;
        permissions += other.permissions;
        channels += other.channels;
        peerConnections += other.peerConnections;
        peers += other.peers;
        users += other.users;
        packetsToPeers += other.packetsToPeers;
        bytesToPeers += other.bytesToPeers;
        packetsToClients += other.packetsToClients;
        bytesToClients += other.bytesToClients;
        bindingResponses += other.bindingResponses;
        icmpErrorsToClients += other.icmpErrorsToClients;
        other.drops.forEach((reason, count) -> count(drops, reason).value += count.value);
        other.refusals.forEach((quota, count) -> count(refusals, quota).value += count.value);
        other.allocateResults.forEach((code, count) -> count(allocateResults, code).value += count.value);
    }

    void drop(DropReason reason) {
        count(drops, reason).value++;
    }

    void refuse(Quota quota) {
        count(refusals, quota).value++;
    }

    void allocateResult(int code) {
        count(allocateResults, code).value++;
    }

    private static <K> Count count(Map<K, Count> countByKey, K key) {
        Count count = countByKey.get(key);
        if (count == null) {
            throw new IllegalArgumentException("nothing is counted under " + key);
        }
        return count;
    }

    private static final class Count {
        long value;
    }
}
