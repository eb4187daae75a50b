package io.rift.server.core.rendezvous;

/** Status codes with which the server closes a WebSocket (RFC 6455 section 7.4.1). */
public enum CloseCode {
    /** The server stops. */
    GOING_AWAY(1001),
    /** The client broke a rule. */
    POLICY_VIOLATION(1008),
    /** A frame was too long to be read. */
    MESSAGE_TOO_BIG(1009),
    /** Full; try again later. Registered with IANA after RFC 6455. */
    TRY_AGAIN_LATER(1013);

    private final int number;

    CloseCode(int number) {
        this.number = number;
    }

    /** The number in the close frame. */
    public int number() {
        return number;
    }
}
