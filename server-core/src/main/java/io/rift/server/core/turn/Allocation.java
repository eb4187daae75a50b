package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.TransactionId;
import io.rift.server.core.auth.User;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8656 section 3.2: what ties a client's 5-tuple to a relayed transport address, with its permissions and channel
 * bindings. It is made when a good Allocate request arrives, and lives from the moment its relay socket is open.
 */
final class Allocation extends Deadline {

    /**
     * Peers without a channel for which a route is kept, and once more for DONT-FRAGMENT; beyond it the kept ones are
     * forgotten and made anew.
     */
    static final int MAX_ROUTES = 128;

    private final ClientPath path;
    private final User user;
    private final TransactionId allocateId;
    private final AddressTable<Permission> permissions = new AddressTable<>();
    private final Channels channels = new Channels();
    private final AddressTable<Route> routes = new AddressTable<>();
    private final AddressTable<Route> unfragmentedRoutes = new AddressTable<>();
    private final IcmpAllowance icmp = new IcmpAllowance();
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

    /** The route to a peer without a channel. */
    Route route(RelaySocket from, SendIndication indication) {
        AddressTable<Route> kept = indication.dontFragment() ? unfragmentedRoutes : routes;
        Route route = kept.get(indication.family(), indication.peerHigh(), indication.peerLow(), indication.peerPort());
        if (route == null) {
            if (kept.size() == MAX_ROUTES) {
                kept.clear();
            }
            TransportAddress peer = indication.peer();
            route = new Route(from, peer, indication.dontFragment());
            kept.put(peer, route);
        }
        return route;
    }

    /** Whether the client may be told of one more ICMP error now. */
    boolean mayHearOfIcmpError(long nowNanos) {
        return icmp.take(nowNanos);
    }
}
