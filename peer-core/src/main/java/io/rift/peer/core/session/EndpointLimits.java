package io.rift.peer.core.session;

import java.time.Duration;

/** The bounds of an endpoint, so that neither the server nor other peers can use it up. */
public final class EndpointLimits {

    /** Connections and attempts, both ways, in all. */
    public static final int MAX_CONNECTIONS = 256;

    /** Of these, as many are kept for calls of our own: others cannot take them. */
    public static final int RESERVED_FOR_OUTGOING = 32;

    /** Connections and attempts of one other peer to us, so that one stranger cannot take all places. */
    public static final int MAX_INCOMING_PER_PEER = 8;

    /** Attempts of others that are not established yet. */
    public static final int MAX_HALF_OPEN = 64;

    /** Attempts of one other peer that are not established yet: one, and the one after its restart. */
    public static final int MAX_HALF_OPEN_PER_PEER = 2;

    /** Offers a second that are looked at; twice as many in a burst. */
    public static final int INCOMING_PER_SECOND = 10;

    /** Remote candidates that are kept for an offer that waits for the application. */
    public static final int MAX_WAITING_CANDIDATES = 64;

    /** Handshake datagrams that are kept until a check over their path has succeeded. */
    public static final int MAX_WAITING_FRAGMENTS = 4;

    /** How long an offer waits for the application. */
    public static final Duration ACCEPT_TIMEOUT = Duration.ofSeconds(10);

    /** How long the server may take from the connection to its welcome. */
    public static final Duration SIGN_IN_TIMEOUT = Duration.ofSeconds(10);

    /** Without an answer on any path for this long (RFC 7675 section 5.1) the other peer counts as vanished. */
    public static final Duration PEER_TIMEOUT = Duration.ofSeconds(30);

    /** How long closing waits for the other side to have every message. */
    public static final Duration CLOSE_LINGER = Duration.ofSeconds(3);

    /** How often the other side is told of the close. */
    public static final int CLOSE_TRIES = 4;

    /** How long an established connection may look for a better path before its outcome is reported. */
    public static final Duration REPORT_DELAY = Duration.ofSeconds(3);

    /** How long the server keeps the session of an established connection, for late candidates. */
    public static final Duration SESSION_LINGER = Duration.ofSeconds(20);

    /** How long a TURN server may take for an allocation before the next one is asked. */
    public static final Duration RELAY_PATIENCE = Duration.ofSeconds(3);

    /** How long an allocation is kept after the last connection. */
    public static final Duration RELAY_LINGER = Duration.ofSeconds(30);

    /** How long others may rely on our signed capabilities. Long, because clocks of home machines are wrong. */
    public static final Duration CAPABILITIES_VALIDITY = Duration.ofDays(30);

    private EndpointLimits() {}
}
