package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.TurnLimits;
import java.util.ArrayList;
import java.util.Arrays;
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

    /** A permission: until when, and by which policy it was found good last. */
    record Permitted(long expiry, PeerPolicy policy) {}

    /** An allocation: whose it is, where, and what it may do until when. */
    static final class Allocated {
        final String username;
        final Map<IpAddress.Family, TransportAddress> relayedByFamily = new EnumMap<>(IpAddress.Family.class);
        final Map<IpAddress.Family, Long> expiryByFamily = new EnumMap<>(IpAddress.Family.class);
        final Map<IpAddress, Permitted> permittedByIp = new HashMap<>();
        final Map<Integer, TransportAddress> peerByChannel = new HashMap<>();
        final Map<Integer, Long> channelExpiryByNumber = new HashMap<>();

        /** Where its client is; null while nobody knows. */
        @Nullable TransportAddress path;

        /** Where its client has asked to be, and has not sent anything from yet. */
        @Nullable TransportAddress next;

        /** What takes it along, the one given out last and the one before it; none if it stays where it is. */
        byte @Nullable [] ticket;

        byte @Nullable [] ticketBefore;

        /** Until when the shell has to have opened its socket; null if it lives. */
        @Nullable Long openedBy;

        /** How many places it takes until then. */
        int awaitedPorts;

        /** Whether the even one of them is open. */
        boolean isHalfOpen;

        Allocated(String username, TransportAddress path) {
            this.username = username;
            this.path = path;
        }

        boolean lives() {
            return openedBy == null;
        }

        /** What belongs to a family ends with its relayed transport address, and with nothing else. */
        void remove(IpAddress.Family family) {
            relayedByFamily.remove(family);
            expiryByFamily.remove(family);
            permittedByIp.keySet().removeIf(ip -> ip.family() == family);
            peerByChannel.values().removeIf(peer -> peer.ip().family() == family);
            channelExpiryByNumber.keySet().retainAll(peerByChannel.keySet());
        }
    }

    record Reserved(String username, long expiry) {}

    final List<Allocated> allocations = new ArrayList<>();
    final Map<Long, Reserved> reservedByToken = new HashMap<>();
    final Map<String, Long> revokedUntilByName = new HashMap<>();
    PeerPolicy policy;
    TurnLimits limits;
    private final TurnServerConfig config;
    private final Set<IpAddress> own;
    private final Predicate<TransportAddress> isLive;
    private long now;

    TurnModel(TurnServerConfig config, PeerPolicy policy, Set<IpAddress> own, Predicate<TransportAddress> isLive) {
        this.config = config;
        this.limits = config.limits();
        this.policy = policy;
        this.own = own;
        this.isLive = isLive;
    }

    long now() {
        return now;
    }

    void advance(long seconds) {
        now += seconds;
        for (Allocated allocated : allocations) {
            for (IpAddress.Family family : IpAddress.Family.values()) {
                if (allocated.expiryByFamily.getOrDefault(family, now) <= now) {
                    allocated.remove(family);
                }
            }
        }
        allocations.removeIf(allocated ->
                allocated.openedBy == null ? allocated.relayedByFamily.isEmpty() : allocated.openedBy <= now);
        reservedByToken.values().removeIf(reserved -> reserved.expiry() <= now);
        for (Allocated allocated : allocations) {
            allocated.permittedByIp.values().removeIf(permitted -> permitted.expiry() <= now);
            allocated.channelExpiryByNumber.values().removeIf(expiry -> expiry <= now);
            allocated.peerByChannel.keySet().retainAll(allocated.channelExpiryByNumber.keySet());
        }
    }

    // --- who asks ---

    /** Time-limited users are called {@code expiry:name} here, in seconds since the start of the story. */
    static String account(String username) {
        return username.substring(username.indexOf(':') + 1);
    }

    private static boolean isSame(String one, String other) {
        return one.equals(other)
                || (one.contains(":") && other.contains(":") && account(one).equals(account(other)));
    }

    private long validForSeconds(String username) {
        return username.contains(":")
                ? Long.parseLong(username.substring(0, username.indexOf(':'))) - now
                : Long.MAX_VALUE;
    }

    /** Why a request is refused whatever it asks for: the user has expired, the nonce is too old, or it was revoked. */
    @Nullable ErrorCode challenge(String username, long nonceIssued) {
        if (validForSeconds(username) <= 0) {
            return ErrorCode.UNAUTHENTICATED;
        }
        if (now - nonceIssued >= 600) {
            return ErrorCode.STALE_NONCE;
        }
        boolean revoked = revokedUntilByName.getOrDefault(username, 0L) > now
                || revokedUntilByName.getOrDefault(account(username), 0L) > now;
        return revoked ? ErrorCode.UNAUTHENTICATED : null;
    }

    /** Ends whatever a user has. */
    void endAllOf(String account) {
        allocations.removeIf(allocated -> account(allocated.username).equals(account));
        reservedByToken
                .values()
                .removeIf(reserved -> account(reserved.username()).equals(account));
    }

    /** The allocation that is found where this client is, also if it has only asked to be there. */
    @Nullable Allocated at(TransportAddress client) {
        for (Allocated allocated : allocations) {
            if (client.equals(allocated.path) || client.equals(allocated.next)) {
                return allocated;
            }
        }
        return null;
    }

    /** The same if it lives; its client has then sent something from there. */
    private @Nullable Allocated settled(TransportAddress client) {
        Allocated allocated = at(client);
        if (allocated == null || !allocated.lives()) {
            return null;
        }
        if (client.equals(allocated.next)) {
            settle(allocated);
        }
        return allocated;
    }

    private static void settle(Allocated allocated) {
        allocated.path = allocated.next;
        allocated.next = null;
        allocated.ticketBefore = null;
    }

    // --- requests ---

    @Nullable ErrorCode allocate(TransportAddress client, String username, int ports) {
        return at(client) != null ? ErrorCode.ALLOCATION_MISMATCH : excess(username, ports);
    }

    private @Nullable ErrorCode excess(String username, int ports) {
        if (countOf(username) + ports > limits.maxAllocationsPerUser()) {
            return ErrorCode.ALLOCATION_QUOTA_REACHED;
        }
        long pending = allocations.stream()
                .filter(allocated -> !allocated.lives())
                .mapToInt(allocated -> allocated.awaitedPorts)
                .sum();
        long count = relayed().size() + reservedByToken.size() + pending;
        return count + ports > limits.maxAllocations() ? ErrorCode.INSUFFICIENT_CAPACITY : null;
    }

    @Nullable ErrorCode allocateReserved(TransportAddress client, String username, long token) {
        if (at(client) != null) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        Reserved reserved = reservedByToken.get(token);
        if (reserved == null || !isSame(reserved.username(), username)) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        reservedByToken.remove(token); // which had its place already
        return null;
    }

    /** How many relayed transport addresses are open and not told yet. */
    int halfOpen() {
        return (int) allocations.stream()
                .filter(allocated -> !allocated.lives() && allocated.isHalfOpen)
                .count();
    }

    /** A good request for which the shell has not opened a socket yet. */
    Allocated waits(TransportAddress client, String username, int ports) {
        Allocated allocated = new Allocated(username, client);
        allocated.awaitedPorts = ports;
        allocated.openedBy = now + 10;
        allocations.add(allocated);
        return allocated;
    }

    Allocated allocated(TransportAddress client, String username, List<TransportAddress> relayed) {
        Allocated allocated = new Allocated(username, client);
        allocations.add(allocated);
        opened(allocated, relayed, now + lifetime(username, 0));
        return allocated;
    }

    void opened(Allocated allocated, List<TransportAddress> relayed, long expiry) {
        allocated.openedBy = null;
        for (TransportAddress address : relayed) {
            allocated.relayedByFamily.put(address.ip().family(), address);
            allocated.expiryByFamily.put(address.ip().family(), expiry);
        }
    }

    /** No allocation outlives the credentials that it was refreshed with last. */
    long lifetime(String username, long requested) {
        long desired = Math.max(SECONDS_TO_LIVE_BY_DEFAULT, Math.min(requested, MOST_SECONDS_TO_LIVE));
        return Math.min(desired, validForSeconds(username));
    }

    void reserved(long token, String username) {
        reservedByToken.put(token, new Reserved(username, now + 30));
    }

    /** Of one family, or of all when it is null. */
    @Nullable ErrorCode refresh(TransportAddress client, String username, long lifetime, IpAddress.@Nullable Family family) {
        ErrorCode refusal = mismatch(client, username);
        return refusal != null ? refusal : refresh(settled(client), username, lifetime, family);
    }

    private @Nullable ErrorCode refresh(
            Allocated allocated, String username, long lifetime, IpAddress.@Nullable Family family) {
        if (family != null && !allocated.relayedByFamily.containsKey(family)) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        for (IpAddress.Family each : IpAddress.Family.values()) {
            if ((family == null || family == each) && allocated.relayedByFamily.containsKey(each)) {
                allocated.expiryByFamily.put(each, now + lifetime(username, lifetime));
                if (lifetime == 0) {
                    allocated.remove(each);
                }
            }
        }
        if (allocated.relayedByFamily.isEmpty()) {
            allocations.remove(allocated);
        }
        return null;
    }

    // --- mobility ---

    /** RFC 8016: takes the allocation of a ticket along to a client that has no other, and is of the same user. */
    @Nullable ErrorCode move(byte[] ticket, TransportAddress to, String username) {
        Allocated here = at(to);
        Allocated allocated = ofTicket(ticket);
        if (allocated == null || (here != null && here != allocated)) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        if (!isSame(allocated.username, username)) {
            return ErrorCode.WRONG_CREDENTIALS;
        }
        boolean before = Arrays.equals(ticket, allocated.ticketBefore);
        if (here != null) {
            boolean again = to.equals(allocated.next) && before;
            boolean back = allocated.next != null && !to.equals(allocated.next) && !before;
            if (!again && !back) {
                return ErrorCode.BAD_REQUEST;
            }
        }
        return refresh(allocated, username, SECONDS_TO_LIVE_BY_DEFAULT, null);
    }

    /** The move was granted, and the response had this ticket. */
    void moved(byte[] used, TransportAddress to, byte[] ticket) {
        Allocated allocated = ofTicket(used);
        boolean before = Arrays.equals(used, allocated.ticketBefore);
        if (before && to.equals(allocated.next)) {
            return; // the response was lost, and comes again
        }
        if (!before && allocated.next != null) {
            settle(allocated);
        }
        allocated.next = to;
        if (allocated.path == null) {
            allocated.path = to;
        }
        allocated.ticketBefore = used;
        allocated.ticket = ticket;
    }

    /** The ticket that the response to a move has to have; null for a fresh one. */
    byte @Nullable [] ticketFor(byte[] used, TransportAddress to) {
        Allocated allocated = ofTicket(used);
        boolean again = Arrays.equals(used, allocated.ticketBefore) && to.equals(allocated.next);
        return again ? allocated.ticket : null;
    }

    private @Nullable Allocated ofTicket(byte[] ticket) {
        for (Allocated allocated : allocations) {
            if (Arrays.equals(ticket, allocated.ticket) || Arrays.equals(ticket, allocated.ticketBefore)) {
                return allocated;
            }
        }
        return null;
    }

    /** The connection of a client has ended: what cannot move ends with it, what can has a minute. */
    void disconnected(TransportAddress client) {
        Allocated allocated = at(client);
        if (allocated == null) {
            return;
        }
        if (allocated.ticket == null) {
            allocations.remove(allocated);
        } else if (allocated.next != null && !allocated.next.equals(allocated.path)) {
            allocated.path = client.equals(allocated.next) ? allocated.path : allocated.next;
            allocated.next = client.equals(allocated.next) ? null : allocated.next;
        } else {
            allocated.path = null;
            allocated.next = null;
            allocated.expiryByFamily.replaceAll((family, expiry) -> Math.min(expiry, now + 60));
        }
    }

    // --- permissions and channels ---

    @Nullable ErrorCode createPermission(TransportAddress client, String username, List<TransportAddress> peers) {
        ErrorCode refusal = mismatch(client, username);
        if (refusal != null) {
            return refusal;
        }
        Allocated allocated = settled(client);
        if (peers.isEmpty()) {
            return ErrorCode.BAD_REQUEST;
        }
        Map<IpAddress, Permitted> permissions = allocated.permittedByIp;
        Set<IpAddress> ips = new LinkedHashSet<>();
        for (TransportAddress peer : peers) {
            ips.add(peer.ip());
        }
        for (IpAddress ip : ips) {
            if (!allocated.relayedByFamily.containsKey(ip.family())) {
                return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
            }
            if (!mayPermit(ip)) {
                return ErrorCode.FORBIDDEN;
            }
        }
        Set<IpAddress> all = new LinkedHashSet<>(permissions.keySet());
        all.addAll(ips);
        if (all.size() > permissions.size() && all.size() > limits.permissions().perAllocation()) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        ips.forEach(ip -> permissions.put(ip, new Permitted(now + 300, policy)));
        return null;
    }

    @Nullable ErrorCode bindChannel(TransportAddress client, String username, int number, TransportAddress peer) {
        ErrorCode refusal = mismatch(client, username);
        if (refusal != null) {
            return refusal;
        }
        Allocated allocated = settled(client);
        boolean known = allocated.peerByChannel.containsKey(number);
        boolean otherPeer = known && !allocated.peerByChannel.get(number).equals(peer);
        boolean otherNumber = !known && allocated.peerByChannel.containsValue(peer);
        if (number < 0x4000 || number > config.highestChannelNumber() || otherPeer || otherNumber) {
            return ErrorCode.BAD_REQUEST;
        }
        if (!allocated.relayedByFamily.containsKey(peer.ip().family())) {
            return ErrorCode.PEER_ADDRESS_FAMILY_MISMATCH;
        }
        if (!mayReach(peer)) {
            return ErrorCode.FORBIDDEN;
        }
        int channels = allocated.peerByChannel.size();
        int permissions = allocated.permittedByIp.size();
        boolean permitted = allocated.permittedByIp.containsKey(peer.ip());
        if ((!known && channels + 1 > limits.channels().perAllocation())
                || (!permitted && permissions + 1 > limits.permissions().perAllocation())) {
            return ErrorCode.INSUFFICIENT_CAPACITY;
        }
        allocated.peerByChannel.put(number, peer);
        allocated.channelExpiryByNumber.put(number, now + 600);
        allocated.permittedByIp.put(peer.ip(), new Permitted(now + 300, policy));
        return null;
    }

    // --- data ---

    /** The peer to which ChannelData goes, or null. */
    @Nullable TransportAddress channelData(TransportAddress client, int number) {
        if (number >>> 14 != 1) { // no ChannelData at all
            return null;
        }
        Allocated allocated = settled(client);
        TransportAddress peer = allocated == null ? null : allocated.peerByChannel.get(number);
        return peer != null && mayReach(peer) ? peer : null;
    }

    /** Whether a Send indication reaches its peer. */
    boolean sendIndication(TransportAddress client, TransportAddress peer) {
        Allocated allocated = settled(client);
        return allocated != null && allocated.permittedByIp.containsKey(peer.ip()) && mayReach(peer);
    }

    /** The channel on which a peer's datagram arrives, 0 for a Data indication, -1 for not at all. */
    int fromPeer(Allocated allocated, TransportAddress peer) {
        Permitted permitted = allocated.permittedByIp.get(peer.ip());
        if (permitted == null) {
            return -1;
        }
        if (permitted.policy() != policy) { // the first packet since the policy has changed
            if (!mayPermit(peer.ip())) {
                allocated.permittedByIp.remove(peer.ip());
                return -1;
            }
            allocated.permittedByIp.put(peer.ip(), new Permitted(permitted.expiry(), policy));
        }
        if (allocated.path == null) {
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

    private boolean mayPermit(IpAddress ip) {
        return permits(ip) || (own.contains(ip) && !policy.denies(ip));
    }

    private boolean permits(IpAddress ip) {
        return policy.permits(ip) && !PeerPolicy.isIpv4Mapped(ip);
    }

    List<TransportAddress> relayed() {
        List<TransportAddress> relayed = new ArrayList<>();
        allocations.forEach(allocated -> relayed.addAll(allocated.relayedByFamily.values()));
        return relayed;
    }

    private @Nullable ErrorCode mismatch(TransportAddress client, String username) {
        Allocated allocated = at(client);
        if (allocated == null || !allocated.lives()) {
            return ErrorCode.ALLOCATION_MISMATCH;
        }
        return isSame(allocated.username, username) ? null : ErrorCode.WRONG_CREDENTIALS;
    }

    private long countOf(String username) {
        long reserved = reservedByToken.values().stream()
                .filter(each -> account(each.username()).equals(account(username)))
                .count();
        return reserved
                + allocations.stream()
                        .filter(allocated -> account(allocated.username).equals(account(username)))
                        .mapToInt(allocated ->
                                allocated.lives() ? allocated.relayedByFamily.size() : allocated.awaitedPorts)
                        .sum();
    }
}
