package io.rift.peer.core.path;

import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.ConnectionPath;

/** How two peers reach each other, in the words of the ICE candidate types. Best first. */
public enum PathKind {
    /** Both ends use an address of their own: one network, or public addresses on both sides. */
    HOST(ConnectionPath.HOST),
    /** A NAT is crossed at an address that a STUN server had told. */
    SRFLX(ConnectionPath.SRFLX),
    /** A NAT is crossed at an address that only the checks themselves revealed, as address-dependent mapping does. */
    PRFLX(ConnectionPath.PRFLX),
    /** At least one end is a relayed transport address. */
    RELAY(ConnectionPath.TURN);

    private final ConnectionPath connectionPath;

    PathKind(ConnectionPath connectionPath) {
        this.connectionPath = connectionPath;
    }

    /** The kind of a path between candidates of these types: the worse of the two. */
    public static PathKind of(CandidateType local, CandidateType remote) {
        PathKind mine = of(local);
        PathKind theirs = of(remote);
        return mine.compareTo(theirs) >= 0 ? mine : theirs;
    }

    private static PathKind of(CandidateType type) {
        return switch (type) {
            case HOST -> HOST;
            case SRFLX -> SRFLX;
            case PRFLX -> PRFLX;
            case RELAY -> RELAY;
        };
    }

    /** What a peer reports: {@code host}, {@code srflx}, {@code prflx} or {@code turn} on the wire and in metrics. */
    public ConnectionPath connectionPath() {
        return connectionPath;
    }
}
