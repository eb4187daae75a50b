package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.TransactionId;
import io.rift.server.core.auth.User;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8656 section 3.2: what ties a client's 5-tuple to a relayed transport address, or with ADDITIONAL-ADDRESS-FAMILY
 * to one of each family, with permissions and channel bindings. It is made when a good Allocate request arrives, lives
 * from the moment its relay sockets are open, and ends with the last of them.
 */
final class Allocation {

    /** Enough for a client that tries many dead candidates at once; too few to load it. */
    static final int ICMP_ERRORS_PER_SECOND = 20;

    private ClientPath path;
    private final User user;
    private final TransactionId allocateId;
    private final long hashKey;
    private final Map<IpAddress.Family, Relay> relayByFamily = new EnumMap<>(IpAddress.Family.class);
    private final AddressTable<Permission> permissions;
    private final Channels channels;
    private final Allowance icmpErrors = new Allowance();
    private final Allowance attempts = new Allowance();
    private final Traffic traffic = new Traffic();
    private @Nullable Account account;
    private long id;
    private int peers;
    private @Nullable Opening opening;
    private @Nullable ByteBuffer response;
    private PeerConnections.@Nullable OfAllocation peerConnections;
    private @Nullable Answered lastRefresh;
    private @Nullable Roaming roaming;
    private boolean adrift;

    /** A request and its response, by which a retransmission is answered alike. */
    private record Answered(TransactionId id, ByteBuffer response) {}

    Allocation(ClientPath path, User user, TransactionId allocateId, long hashKey) {
        this.path = path;
        this.user = user;
        this.allocateId = allocateId;
        this.hashKey = hashKey;
        this.permissions = new AddressTable<>(hashKey);
        this.channels = new Channels(hashKey);
    }

    ClientPath path() {
        return path;
    }

    /** From now on its client is there. */
    void moveTo(ClientPath moved) {
        path = moved;
    }

    /** It may move. */
    void roam() {
        roaming = new Roaming();
    }

    /** How it moves; null if it stays where it is. */
    @Nullable Roaming roaming() {
        return roaming;
    }

    /** The 5-tuple to which it goes when the first data comes from there, or null. */
    @Nullable ClientPath next() {
        return roaming == null ? null : roaming.next();
    }

    /** Whether there is no way to its client now, as the connection has ended. */
    boolean isAdrift() {
        return adrift;
    }

    void setAdrift(boolean lost) {
        adrift = lost;
    }

    User user() {
        return user;
    }

    /** Joins the others of the shard under a number that is never given again. */
    void joins(Account ofUser, long number) {
        account = ofUser;
        id = number;
    }

    /** To what its use is charged. */
    Account account() {
        return Objects.requireNonNull(account, "the allocation has not joined the others yet");
    }

    long id() {
        return id;
    }

    /** Peers to which Send indications have gone lately. */
    int peers() {
        return peers;
    }

    void peersAdded(int more) {
        peers += more;
    }

    /** The transaction id of the Allocate request that made it, by which a retransmission is known. */
    TransactionId allocateId() {
        return allocateId;
    }

    /** Its relayed transport address of a family, or null. */
    @Nullable Relay relay(IpAddress.Family family) {
        return relayByFamily.get(family);
    }

    /** The open relay socket of a family, or null. */
    @Nullable RelaySocket socket(IpAddress.Family family) {
        Relay relay = relayByFamily.get(family);
        return relay == null ? null : relay.socket();
    }

    /** One or two, that of IPv4 first. */
    List<Relay> relays() {
        return new ArrayList<>(relayByFamily.values());
    }

    void add(Relay relay) {
        if (relayByFamily.putIfAbsent(relay.family(), relay) != null) {
            throw new IllegalStateException("there is a relay of " + relay.family() + " already");
        }
    }

    void remove(Relay relay) {
        relayByFamily.remove(relay.family(), relay);
    }

    /** Those of all its relays, each under its IP address with port 0. */
    AddressTable<Permission> permissions() {
        return permissions;
    }

    /** Those of all its relays, as a ChannelData message names no family. */
    Channels channels() {
        return channels;
    }

    /** Whether there is a permission for this IP address. */
    boolean permits(IpAddress ip) {
        return permissions.get(ip.family(), ip.high(), ip.low(), 0) != null;
    }

    /** From now on it is one for TCP. To be told before its relay socket is opened. */
    void relayTcp() {
        peerConnections = new PeerConnections.OfAllocation(hashKey);
    }

    RelayTransport relayTransport() {
        return peerConnections == null ? RelayTransport.UDP : RelayTransport.TCP;
    }

    /** The connections with its peers; null if it is one for UDP. */
    PeerConnections.@Nullable OfAllocation peerConnections() {
        return peerConnections;
    }

    /** What it has relayed. */
    Traffic traffic() {
        return traffic;
    }

    void opens(Opening with) {
        opening = with;
    }

    /** What it waits for before it lives, or null. */
    @Nullable Opening opening() {
        return opening;
    }

    /** From now on it relays. */
    void goLive(ByteBuffer allocateResponse) {
        opening = null;
        response = allocateResponse;
        for (Relay relay : relayByFamily.values()) {
            RelaySocket socket = relay.socket();
            if (socket != null) {
                socket.serve(this);
            }
        }
    }

    boolean isLive() {
        return response != null;
    }

    /** The success response to its Allocate request, or null while it does not live. */
    @Nullable ByteBuffer response() {
        return response;
    }

    /** A Refresh request had this success response. */
    void refreshed(TransactionId id, ByteBuffer refreshResponse) {
        lastRefresh = new Answered(id, refreshResponse);
    }

    /** The response to the last Refresh request if that had this transaction id, else null. */
    @Nullable ByteBuffer refreshResponse(TransactionId id) {
        return lastRefresh != null && lastRefresh.id().equals(id) ? lastRefresh.response() : null;
    }

    /** Whether the client may be told of one more ICMP error now. */
    boolean mayHearOfIcmpError(long nowNanos) {
        return icmpErrors.take(ICMP_ERRORS_PER_SECOND, nowNanos);
    }

    /** Whether the client may be told of one more connection of a peer now. */
    boolean mayHearOfAttempt(int perSecond, long nowNanos) {
        return attempts.take(perSecond, nowNanos);
    }
}
