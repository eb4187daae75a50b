package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a TURN server has to do, written down as plainly as possible: maps, scans, and seconds since the start. It says of
 * every request with which error it ends, null for success, and of every packet where it goes.
 */
final class TurnModel {
    static final int SECONDS_TO_LIVE_BY_DEFAULT = 600;
    static final int MOST_SECONDS_TO_LIVE = 3600;

    /** An allocation: whose it is and what it may do until when. */
    static final class Allocated {
        final String username;
        final Map<IpAddress.Family, TransportAddress> relayedByFamily = new EnumMap<>(IpAddress.Family.class);
        final Map<IpAddress.Family, Long> expiryByFamily = new EnumMap<>(IpAddress.Family.class);
        final Map<IpAddress, Long> permissionExpiryByIp = new HashMap<>();
        final Map<Integer, TransportAddress> peerByChannel = new HashMap<>();
        final Map<Integer, Long> channelExpiryByNumber = new HashMap<>();

        /** With which it moves, or null if it stays where it is. */
        byte @Nullable [] ticket;

        Allocated(String username) {
            this.username = username;
        }

        /** What belongs to a family ends with its relayed transport address, and with nothing else. */
        void remove(IpAddress.Family family) {
            relayedByFamily.remove(family);
            expiryByFamily.remove(family);
            permissionExpiryByIp.keySet().removeIf(ip -> ip.family() == family);
            peerByChannel.values().removeIf(peer -> peer.ip().family() == family);
            channelExpiryByNumber.keySet().retainAll(peerByChannel.keySet());
        }
    }

    record Reserved(String username, long expiry) {}

    final Map<TransportAddress, Allocated> byClient = new HashMap<>();
    final Map<Long, Reserved> reservedByToken = new HashMap<>();
    private final TurnServerConfig config;
    private final PeerPolicy policy;
    private final Set<IpAddress> own;
    private final Predicate<TransportAddress> isLive;
    private long now;

    TurnModel(TurnServerConfig config, PeerPolicy policy, Set<IpAddress> own, Predicate<TransportAddress> isLive) {
        this.config = config;
        this.policy = policy;
        this.own = own;
        this.isLive = isLive;
    }

    void advance(long seconds) {
        now += seconds;
        for (Allocated allocated : byClient.values()) {
            for (IpAddress.Family family : IpAddress.Family.values()) {
                if (allocated.expiryByFamily.getOrDefault(family, now) <= now) {
                    allocated.remove(family);
                }
            }
        }
        byClient.values().removeIf(allocated -> allocated.relayedByFamily.isEmpty());
        reservedByToken.values().removeIf(reserved -> reserved.expiry() <= now);
        for (Allocated allocated : byClient.values()) {
            allocated.permissionExpiryByIp.values().removeIf(expiry -> expiry <= now);
            allocated.channelExpiryByNumber.values().removeIf(expiry -> expiry <= now);
            allocated.peerByChannel.keySet().retainAll(allocated.channelExpiryByNumber.keySet());
        }
    }

    @Nullable ErrorCode allocate(TransportAddress client, String username, int ports) {
        if (byClient.containsKey(client)) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        if (countOf(username) + ports > config.limits().maxAllocationsPerUser()) {
            return ErrorCode.ALLOCATION_QUOTA_REACHED;
        }
        int count = relayed().size() + reservedByToken.size();
        return count + ports > config.limits().maxAllocations() ? ErrorCode.INSUFFICIENT_CAPACITY : null;
    }

    @Nullable ErrorCode allocateReserved(TransportAddress client, String username, long token) {
        if (byClient.containsKey(client)) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        Reserved reserved = reservedByToken.get(token);
        if (reserved == null || !reserved.username().equals(username)) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        reservedByToken.remove(token);
        return null;
    }

    void allocated(TransportAddress client, String username, List<TransportAddress> relayed) {
        Allocated allocated = new Allocated(username);
        for (TransportAddress address : relayed) {
            allocated.relayedByFamily.put(address.ip().family(), address);
            allocated.expiryByFamily.put(address.ip().family(), now + SECONDS_TO_LIVE_BY_DEFAULT);
        }
        byClient.put(client, allocated);
    }

    void reserved(long token, String username) {
        reservedByToken.put(token, new Reserved(username, now + 30));
    }

    /** Of one family, or of all when it is null. */
    @Nullable ErrorCode refresh(TransportAddress client, String username, long lifetime, IpAddress.@Nullable Family family) {
        ErrorCode refusal = mismatch(client, username);
        if (refusal != null) {
            return refusal;
        }
        Allocated allocated = byClient.get(client);
        if (family != null && !allocated.relayedByFamily.containsKey(family)) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        for (IpAddress.Family each : IpAddress.Family.values()) {
            if ((family == null || family == each) && allocated.relayedByFamily.containsKey(each)) {
                allocated.expiryByFamily.put(
                        each, now + Math.max(SECONDS_TO_LIVE_BY_DEFAULT, Math.min(lifetime, MOST_SECONDS_TO_LIVE)));
                if (lifetime == 0) {
                    allocated.remove(each);
                }
            }
        }
        if (allocated.relayedByFamily.isEmpty()) {
            byClient.remove(client);
        }
        return null;
    }

    /** RFC 8016: takes an allocation along to another client's address, where the user is the same and has no other. */
    @Nullable ErrorCode move(TransportAddress from, TransportAddress to, String username) {
        Allocated allocated = byClient.get(from);
        if (byClient.containsKey(to) && !from.equals(to)) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        if (!allocated.username.equals(username)) {
            return ErrorCode.WRONG_CREDENTIALS;
        }
        if (from.equals(to)) {
            return ErrorCode.BAD_REQUEST;
        }
        byClient.put(to, byClient.remove(from));
        return refresh(to, username, SECONDS_TO_LIVE_BY_DEFAULT, null);
    }

    @Nullable ErrorCode createPermission(TransportAddress client, String username, List<TransportAddress> peers) {
        ErrorCode refusal = mismatch(client, username);
        if (refusal != null) {
            return refusal;
        }
        if (peers.isEmpty()) {
            return ErrorCode.BAD_REQUEST;
        }
        Allocated allocated = byClient.get(client);
        Map<IpAddress, Long> permissions = allocated.permissionExpiryByIp;
        Set<IpAddress> ips = new LinkedHashSet<>();
        for (TransportAddress peer : peers) {
            ips.add(peer.ip());
        }
        for (IpAddress ip : ips) {
            if (!allocated.relayedByFamily.containsKey(ip.family())) {
                return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
            }
            if (!permits(ip) && !(own.contains(ip) && !policy.denies(ip))) {
                return ErrorCode.FORBIDDEN;
            }
        }
        Set<IpAddress> all = new LinkedHashSet<>(permissions.keySet());
        all.addAll(ips);
        if (all.size() > config.limits().permissions().perAllocation()) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        ips.forEach(ip -> permissions.put(ip, now + 300));
        return null;
    }

    @Nullable ErrorCode bindChannel(TransportAddress client, String username, int number, TransportAddress peer) {
        ErrorCode refusal = mismatch(client, username);
        if (refusal != null) {
            return refusal;
        }
        Allocated allocated = byClient.get(client);
        boolean otherPeer = allocated.peerByChannel.containsKey(number)
                && !allocated.peerByChannel.get(number).equals(peer);
        boolean otherNumber = !otherPeer
                && !allocated.peerByChannel.containsKey(number)
                && allocated.peerByChannel.containsValue(peer);
        if (number < 0x4000 || number > config.highestChannelNumber() || otherPeer || otherNumber) {
            return ErrorCode.BAD_REQUEST;
        }
        if (!allocated.relayedByFamily.containsKey(peer.ip().family())) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        if (!mayReach(peer)) {
            return ErrorCode.FORBIDDEN;
        }
        Set<Integer> numbers = new LinkedHashSet<>(allocated.peerByChannel.keySet());
        numbers.add(number);
        Set<IpAddress> ips = new LinkedHashSet<>(allocated.permissionExpiryByIp.keySet());
        ips.add(peer.ip());
        if (numbers.size() > config.limits().channels().perAllocation()
                || ips.size() > config.limits().permissions().perAllocation()) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        allocated.peerByChannel.put(number, peer);
        allocated.channelExpiryByNumber.put(number, now + 600);
        allocated.permissionExpiryByIp.put(peer.ip(), now + 300);
        return null;
    }

    /** The peer to which ChannelData goes, or null. */
    @Nullable TransportAddress channelData(TransportAddress client, int number) {
        Allocated allocated = byClient.get(client);
        TransportAddress peer = allocated == null ? null : allocated.peerByChannel.get(number);
        return peer != null && mayReach(peer) ? peer : null;
    }

    /** Whether a Send indication reaches its peer. */
    boolean sendIndication(TransportAddress client, TransportAddress peer) {
        Allocated allocated = byClient.get(client);
        return allocated != null && allocated.permissionExpiryByIp.containsKey(peer.ip()) && mayReach(peer);
    }

    /** The channel on which a peer's datagram arrives, 0 for a Data indication, -1 for not at all. */
    int fromPeer(TransportAddress client, TransportAddress peer) {
        Allocated allocated = byClient.get(client);
        if (allocated == null || !allocated.permissionExpiryByIp.containsKey(peer.ip())) {
            return -1;
        }
        for (Map.Entry<Integer, TransportAddress> channel : allocated.peerByChannel.entrySet()) {
            if (channel.getValue().equals(peer)) {
                return channel.getKey();
            }
        }
        return 0;
    }

    boolean mayReach(TransportAddress peer) {
        if (peer.port() == 0 || policy.denies(peer.ip())) {
            return false;
        }
        return own.contains(peer.ip()) ? isLive.test(peer) : permits(peer.ip());
    }

    private boolean permits(IpAddress ip) {
        return policy.permits(ip) && !PeerPolicy.isIpv4Mapped(ip);
    }

    List<TransportAddress> relayed() {
        List<TransportAddress> relayed = new ArrayList<>();
        byClient.values().forEach(allocated -> relayed.addAll(allocated.relayedByFamily.values()));
        return relayed;
    }

    private @Nullable ErrorCode mismatch(TransportAddress client, String username) {
        Allocated allocated = byClient.get(client);
        if (allocated == null) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        return allocated.username.equals(username) ? null : ErrorCode.WRONG_CREDENTIALS;
    }

    private int countOf(String username) {
        long count = byClient.values().stream()
                .filter(allocated -> allocated.username.equals(username))
                .mapToInt(allocated -> allocated.relayedByFamily.size())
                .sum();
        count += reservedByToken.values().stream()
                .filter(reserved -> reserved.username().equals(username))
                .count();
        return (int) count;
    }
}
