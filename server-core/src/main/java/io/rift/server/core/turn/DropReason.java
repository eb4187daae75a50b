package io.rift.server.core.turn;

/** Why a datagram was dropped, or a peer's connection closed, without an answer. The order is part of no interface; the names are metric labels. */
public enum DropReason {
    /** The first byte is neither STUN's nor ChannelData's. */
    NOT_STUN_OR_CHANNEL_DATA,
    /** Starts like STUN but is no well-formed message: length, magic cookie or attributes are wrong. */
    MALFORMED_STUN,
    /** The FINGERPRINT attribute is wrong. */
    WRONG_FINGERPRINT,
    /** A STUN response, or an indication or request of a method that this server does not serve, or a request from port 0. */
    UNEXPECTED_MESSAGE,
    /** An answer would be larger than an unproven address may be sent. */
    AMPLIFICATION,
    /** The budget for answers to unproven addresses is spent, that of the client's network or that of all. */
    ANSWER_BUDGET,
    /** An indication or a ChannelData message of a client that has no allocation. */
    NO_ALLOCATION,
    /** ChannelData whose length field exceeds the datagram. */
    MALFORMED_CHANNEL_DATA,
    /** ChannelData on a channel number that is not bound. */
    NO_CHANNEL,
    /** A Send indication without a usable XOR-PEER-ADDRESS or DATA, or with an attribute that it must not ignore. */
    MALFORMED_INDICATION,
    /** The allocation has no permission for this peer, in either direction. */
    NO_PERMISSION,
    /** The peer policy refuses this peer, or the peer is this server itself outside its live relayed addresses. */
    PEER_REFUSED,
    /** A datagram at a relay socket that belongs to no live allocation. */
    NO_RELAY,
    /** The client's connection has ended, and it has not come back for its allocation yet. */
    CLIENT_AWAY,
    /** A datagram that does not fit into the message that would carry it to the client. */
    TOO_LARGE,
    /** An ICMP error of a type that RFC 8656 section 11.5 does not let through to the client. */
    ICMP_TYPE,
    /** An ICMP error beyond those that one client is told of per second. */
    ICMP_RATE,
    /** A Send indication for an allocation that relays TCP. */
    TCP_ALLOCATION,
    /** A peer's connection beyond a bound. */
    TOO_MANY_CONNECTIONS,
    /** A peer's connection beyond those that one client is told of per second. */
    CONNECTION_ATTEMPT_RATE,
    /** A request that waits for its relay socket was retransmitted; it is answered once. */
    ANSWER_PENDING,
    /** Beyond the bytes per second of the user. */
    USER_BANDWIDTH,
    /** Beyond the bytes per second of all users together. */
    TOTAL_BANDWIDTH,
    /** A Send indication to one peer more than the allocation, its user or all users together may have. */
    PEER_QUOTA,
    /** A Send indication to a new peer, and the user has turned to many new peers lately. */
    NEW_PEER_RATE
}
