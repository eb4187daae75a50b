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
    PROTOCOL_VIOLATION("the other peer broke the protocol");

    private final String text;

    CloseReason(String text) {
        this.text = text;
    }

    /** The reason as a clause. */
    @Override
    public String toString() {
        return text;
    }
}
