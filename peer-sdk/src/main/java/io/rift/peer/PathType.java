package io.rift.peer;

import io.rift.peer.core.path.PathKind;

/**
 * How packets reach the other peer, named after the candidate types of RFC 8445. A path is as good as the worse of its
 * two ends, so that one relayed candidate makes it {@link #RELAYED}.
 */
public enum PathType {
    /** Directly, between addresses of the two hosts' own interfaces. */
    HOST("host"),

    /** Directly, through at least one NAT whose mapping a STUN server told. */
    SERVER_REFLEXIVE("srflx"),

    /** Directly, through at least one NAT whose mapping only the other peer could see. */
    PEER_REFLEXIVE("prflx"),

    /** Through a TURN server, which sees ciphertext only. */
    RELAYED("turn");

    private final String text;

    PathType(String text) {
        this.text = text;
    }

    static PathType of(PathKind kind) {
        return switch (kind) {
            case HOST -> HOST;
            case SRFLX -> SERVER_REFLEXIVE;
            case PRFLX -> PEER_REFLEXIVE;
            case RELAY -> RELAYED;
        };
    }

    /** The short name: {@code host}, {@code srflx}, {@code prflx} or {@code turn}. */
    @Override
    public String toString() {
        return text;
    }
}
