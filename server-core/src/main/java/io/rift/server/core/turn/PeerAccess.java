package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.util.function.IntPredicate;

/**
 * Which peers a client may reach: the {@link PeerPolicy}, but for the server's own addresses, where the relayed transport
 * addresses of live allocations are peers like any other and nothing else is. Two clients of one server can so reach
 * each other, and nobody reaches the server's other services. What the operator denied stays denied.
 *
 * <p>An IPv6 address in which an address of the server hides (NAT64, 6to4 and the like) is no way around that. An
 * IPv4-mapped one is no address of a peer at all: a socket would send over IPv4.
 */
final class PeerAccess {
    private PeerPolicy policy;
    private final RelayedAddresses relayed;
    private final IntPredicate isOwnIpv4;

    PeerAccess(PeerPolicy policy, RelayedAddresses relayed) {
        this.policy = policy;
        this.relayed = relayed;
        this.isOwnIpv4 = relayed::isOwnIpv4;
    }

    PeerPolicy policy() {
        return policy;
    }

    /** From now on another policy holds. Whoever keeps a verdict has to keep the policy with it. */
    void changeTo(PeerPolicy changed) {
        policy = changed;
    }

    /** Whether there may be a permission for this address. The server's own is only judged where the port is known. */
    boolean mayPermit(IpAddress ip) {
        return switch (policy.verdict(ip)) {
            case DENIED -> false;
            case PERMITTED -> !hides(ip);
            case SPECIAL_PURPOSE -> relayed.isOwn(ip);
        };
    }

    /** Whether data may be sent to this peer now. */
    boolean mayReach(TransportAddress peer) {
        return mayReach(peer, RelayTransport.UDP);
    }

    /** Whether there may be a TCP connection with this peer now. */
    boolean mayConnectTo(TransportAddress peer) {
        return mayReach(peer, RelayTransport.TCP);
    }

    /** Nothing listens on port 0. */
    private boolean mayReach(TransportAddress peer, RelayTransport transport) {
        if (peer.port() == 0 || policy.deniesPort(peer.port())) {
            return false;
        }
        return switch (policy.verdict(peer.ip())) {
            case DENIED -> false;
            case PERMITTED -> relayed.isOwn(peer.ip()) ? isLive(peer, transport) : !hides(peer.ip());
            case SPECIAL_PURPOSE -> relayed.isOwn(peer.ip()) && isLive(peer, transport);
        };
    }

    private boolean isLive(TransportAddress peer, RelayTransport transport) {
        return switch (transport) {
            case UDP -> relayed.isLive(peer);
            case TCP -> relayed.isLiveTcp(peer);
        };
    }

    /** Whether an address is IPv4 in disguise, or carries one of the server's own. */
    private boolean hides(IpAddress ip) {
        return PeerPolicy.isIpv4Mapped(ip) || policy.carries(ip, isOwnIpv4);
    }
}
