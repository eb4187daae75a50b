package io.rift.peer.core.ice;

/** Why an agent or a gatherer ignored a STUN message. */
public enum DropReason {
    /** A response to no transaction of ours, or to one that is over. */
    UNKNOWN_TRANSACTION,
    /** No MESSAGE-INTEGRITY, or a wrong one. */
    BAD_INTEGRITY,
    /** RFC 8445 section 7 wants a FINGERPRINT in every check. */
    BAD_FINGERPRINT,
    /** USERNAME is missing or not for this pair of agents. */
    BAD_USERNAME,
    /** A request without PRIORITY or without exactly one role. */
    MISSING_ATTRIBUTE,
    /** An attribute has a value that no honest peer sends, or is one that we would have to know and do not. */
    BAD_ATTRIBUTE,
    /** It came in at a base of which no candidate is ours: relayed-only policy, or a socket since closed. */
    UNKNOWN_BASE,
    /** The peer answered a check with an error. */
    ERROR_RESPONSE,
    /** The peer has our role and has to give way. */
    ROLE_CONFLICT,
    /** A response from elsewhere than the request went to. */
    WRONG_SOURCE,
    /** No Binding request or response. */
    UNEXPECTED_MESSAGE,
    /** A table is full. */
    TOO_MANY,
    /** The agent is closed or failed. */
    CLOSED
}
