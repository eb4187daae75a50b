package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.TransactionId;
import io.rift.server.core.auth.User;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8656 section 3.2: what ties a client's 5-tuple to a relayed transport address, with its permissions and channel
 * bindings. It is made when a good Allocate request arrives, and lives from the moment its relay socket is open.
 */
final class Allocation extends Deadline {

    private final ClientPath path;
    private final User user;
    private final TransactionId allocateId;
    private final AddressTable<Permission> permissions = new AddressTable<>();
    private final Channels channels = new Channels();
    private final IcmpAllowance icmp = new IcmpAllowance();
    private final Traffic traffic = new Traffic();
    private @Nullable Account account;
    private long id;
    private int peers;
    private @Nullable Opening opening;
    private @Nullable RelaySocket socket;
    private @Nullable ByteBuffer response;
    private PeerConnections.@Nullable OfAllocation peerConnections;

    Allocation(ClientPath path, User user, TransactionId allocateId) {
        this.path = path;
        this.user = user;
        this.allocateId = allocateId;
    }

    ClientPath path() {
        return path;
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

    AddressTable<Permission> permissions() {
        return permissions;
    }

    Channels channels() {
        return channels;
    }

    /** Whether there is a permission for this IP address. */
    boolean permits(IpAddress ip) {
        return permissions.get(ip.family(), ip.high(), ip.low(), 0) != null;
    }

    /** From now on it is one for TCP. To be told before its relay socket is opened. */
    void relayTcp() {
        peerConnections = new PeerConnections.OfAllocation();
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
    void goLive(RelaySocket relaySocket, ByteBuffer allocateResponse) {
        opening = null;
        socket = relaySocket;
        response = allocateResponse;
        relaySocket.serve(this);
    }

    /** Its relay socket, or null while it does not live. */
    @Nullable RelaySocket socket() {
        return socket;
    }

    /** The success response to its Allocate request, or null while it does not live. */
    @Nullable ByteBuffer response() {
        return response;
    }

    /** Whether the client may be told of one more ICMP error now. */
    boolean mayHearOfIcmpError(long nowNanos) {
        return icmp.take(nowNanos);
    }
}
