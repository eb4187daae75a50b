package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;

/**
 * A local and a remote candidate between which a check may run, and data once the check succeeded.
 *
 * <p>Of a <em>valid</em> pair (RFC 8445 section 7.2.5.3.2) the local candidate is the one that the peer saw: behind a
 * cone NAT the server-reflexive candidate, behind an address-dependent NAT a peer-reflexive one. So a pair tells
 * truthfully which kind of path it is.
 *
 * @param local ours
 * @param remote the peer's
 */
public record CandidatePair(Candidate local, Candidate remote) {

    /** What sends: a socket's local address or a relayed transport address. */
    public TransportAddress base() {
        return local.base();
    }

    /** Whether we send through our TURN server. */
    public boolean isViaRelay() {
        return local.type() == CandidateType.RELAY;
    }

    /** Where we send to. */
    public TransportAddress remoteAddress() {
        return remote.address();
    }

    /** The kind of this path: relayed if either side is, else the worse of both. */
    public PathKind pathKind() {
        return PathKind.of(local.type(), remote.type());
    }

    /**
     * RFC 8445 section 6.1.2.3, equal on both sides.
     *
     * @param role the role of the local agent
     */
    public long priority(Role role) {
        long g = role == Role.CONTROLLING ? local.priority() : remote.priority();
        long d = role == Role.CONTROLLING ? remote.priority() : local.priority();
        return (Math.min(g, d) << 32) + 2 * Math.max(g, d) + (g > d ? 1 : 0);
    }
}
