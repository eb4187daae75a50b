package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathKind;

/** The candidate types of RFC 8445 section 5.1.1 with the type preferences of section 5.1.2.2. */
public enum CandidateKind {
    /** An address of an interface of this machine. */
    HOST("host", 126),
    /** Where a check came from, when nobody had signalled that address. */
    PEER_REFLEXIVE("prflx", 110),
    /** What a STUN server saw. */
    SERVER_REFLEXIVE("srflx", 100),
    /** A relayed transport address of a TURN server. */
    RELAYED("relay", 0);

    private final String token;
    private final int typePreference;

    CandidateKind(String token, int typePreference) {
        this.token = token;
        this.typePreference = typePreference;
    }

    /** The token of RFC 8839 section 5.1: {@code host}, {@code prflx}, {@code srflx} or {@code relay}. */
    public String token() {
        return token;
    }

    /** 0 to 126, higher is better. */
    public int typePreference() {
        return typePreference;
    }

    /** What a path is called whose worse end is of this kind. */
    PathKind pathKind() {
        return switch (this) {
            case HOST -> PathKind.HOST;
            case SERVER_REFLEXIVE -> PathKind.SRFLX;
            case PEER_REFLEXIVE -> PathKind.PRFLX;
            case RELAYED -> PathKind.RELAY;
        };
    }

    /** The priority of RFC 8445 section 5.1.2.1 for our only component. */
    long priority(int localPreference) {
        return ((long) typePreference << 24) | ((long) localPreference << 8) | (256 - Candidate.COMPONENT);
    }
}
