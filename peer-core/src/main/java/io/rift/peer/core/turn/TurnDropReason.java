package io.rift.peer.core.turn;

/** Why a TURN client ignored a datagram. */
public enum TurnDropReason {
    /** A ChannelData message that is shorter than its header says. */
    MALFORMED_CHANNEL_DATA,
    /** ChannelData on a channel that is not bound. */
    UNKNOWN_CHANNEL,
    /** A Data indication without XOR-PEER-ADDRESS or DATA. */
    MALFORMED_INDICATION,
    /** Word of an ICMP error on the way to a peer. Anybody can forge one, and connectivity checks find out for sure. */
    ICMP_ERROR,
    /** A Data indication from an address for which we have no permission. */
    NO_PERMISSION,
    /** A response to no transaction of ours, or to one that is over. */
    UNKNOWN_TRANSACTION,
    /** A response whose MESSAGE-INTEGRITY is missing or wrong. */
    BAD_INTEGRITY,
    /** A response of another method than its request, or a message that a server never sends to a client. */
    UNEXPECTED_MESSAGE
}
