package io.rift.peer;

/** Why a connection ended. */
public enum CloseReason {
    /** This side called {@link Connection#close()}. */
    CLOSED_HERE("closed by this side"),

    /** The other peer said so in an authenticated message. */
    CLOSED_BY_PEER("closed by the other peer"),

    /** Nothing authentic came back for 30 seconds (RFC 7675 consent), on any path. */
    PEER_VANISHED("the other peer no longer answers"),

    /** This side's {@link Peer} was closed under the connection. */
    PEER_CLOSED_HERE("the Peer that owned it was closed"),

    /** The other peer broke the protocol inside the encrypted session. */
    PROTOCOL_VIOLATION("the other peer broke the protocol"),

    /** A key of the session has encrypted as much as it may; connect again. */
    KEYS_USED_UP("its keys are used up");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    static CloseReason of(io.rift.peer.core.session.CloseReason reason) {
        return switch (reason) {
            case CLOSED_HERE -> CLOSED_HERE;
            case CLOSED_BY_PEER -> CLOSED_BY_PEER;
            case PEER_VANISHED -> PEER_VANISHED;
            case ENDPOINT_STOPPED -> PEER_CLOSED_HERE;
            case PROTOCOL_VIOLATION -> PROTOCOL_VIOLATION;
            case KEYS_USED_UP -> KEYS_USED_UP;
        };
    }

    /** The reason as a clause. */
    @Override
    public String toString() {
        return text;
    }
}
