package io.rift.peer.core.session;

/** Why an endpoint ignored a datagram before any state machine of a connection saw it. */
public enum DropReason {
    /** Its first byte is of no protocol that is spoken here, or of one that is not spoken yet. */
    UNKNOWN_PROTOCOL,
    /** It begins like STUN and is none. */
    MALFORMED_STUN,
    /** A STUN request for no connection of ours, or a response that nobody waits for. */
    UNKNOWN_STUN,
    /** A TURN message that does not come from our TURN server. */
    NOT_FROM_TURN_SERVER,
    /** A handshake or an EncryptedPayload with an index of no connection of ours. */
    UNKNOWN_RECEIVER_INDEX,
    /** A handshake along a path that no check has proved yet, and no more room to keep it. */
    UNPROVED_PATH,
    /** It came directly from a peer although only relayed candidates are used. */
    NOT_RELAYED,
    /** An authentic payload of a type that this version does not know. */
    UNKNOWN_PAYLOAD_TYPE
}
