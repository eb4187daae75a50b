package io.rift.protocol.rendezvous;

/** Why the server did not do what it was asked. */
public enum RendezvousErrorCode {
    /** Not JSON, or a field is missing, misplaced or out of bounds. */
    MALFORMED("malformed"),
    /** Longer than {@link RendezvousProtocol#MAX_MESSAGE_BYTES}. */
    TOO_LARGE("too-large"),
    /** A message type that this server does not know or that a client does not send. */
    UNKNOWN_TYPE("unknown-type"),
    /** Well-formed, but not this peer's to send, or not now. */
    NOT_ALLOWED("not-allowed"),
    /** Something else before a valid {@link RendezvousMessage.Authenticate}, or none in time. The server closes. */
    UNAUTHENTICATED("unauthenticated"),
    /** The signature does not verify under the identity for this challenge. The server closes. */
    AUTHENTICATION_FAILED("authentication-failed"),
    /** The client dialed a name that is none of this server's. The server closes. */
    WRONG_AUTHORITY("wrong-authority"),
    /** The called peer is not signed in, or left while the session was open. */
    PEER_OFFLINE("peer-offline"),
    /** The called peer refused. */
    PEER_REFUSED("peer-refused"),
    /** No such session of this peer, or it is over. */
    UNKNOWN_SESSION("unknown-session"),
    /** A session of that name exists; session identifiers are drawn afresh for each attempt. */
    SESSION_EXISTS("session-exists"),
    /** Too many messages; the one that brought this was dropped. A client that goes on is closed. */
    RATE_LIMITED("rate-limited"),
    /** This peer, the called one, or the two together have as many sessions as the server allows. */
    TOO_MANY_SESSIONS("too-many-sessions"),
    /** The server holds as many connections as it can, in all or from that address. It closes; try later. */
    TOO_MANY_CONNECTIONS("too-many-connections"),
    /** The same identity signed in elsewhere. The server closes; reconnecting would throw the other one out. */
    REPLACED("replaced"),
    /** Nothing was heard from this client for too long. The server closes. */
    IDLE("idle"),
    /** The server stops. It closes; reconnect after a while. */
    GOING_AWAY("going-away"),
    /** A code that this client does not know: it talks to a newer server. Never sent. */
    UNRECOGNISED("unrecognised");

    private final String wireName;

    RendezvousErrorCode(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
