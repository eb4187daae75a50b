package io.rift.peer.core.secure;

/** Why a handshake or a session ignored a datagram. */
public enum DropReason {
    /** The bytes are no handshake fragment, handshake message or EncryptedPayload, or not one for this role and state. */
    MALFORMED,
    /** A handshake message that this side does not expect now. */
    UNEXPECTED,
    /** Addressed to another receiver index. */
    WRONG_INDEX,
    /** A handshake fragment that was not sealed with the introduction key, or a part of another attempt. */
    NOT_INTRODUCED,
    /** Version, suite, epoch or session differ from what both introductions lead to. */
    NOT_NEGOTIATED,
    /** The responder marked its nonce: somebody hid a higher version. */
    DOWNGRADED,
    /** The X25519 key leads to an all-zero secret. */
    BAD_KEY_SHARE,
    /** The message comes from another identity than the expected one. */
    WRONG_IDENTITY,
    /** A signature, MAC or AEAD tag is wrong. */
    NOT_AUTHENTIC,
    /** More KeyInit than {@link HandshakeLimits} allows. */
    RATE_LIMITED,
    /** EncryptedPayload of an epoch that has no keys. */
    WRONG_EPOCH,
    /** EncryptedPayload with another {@code alg} than the suite's. */
    WRONG_ALGORITHM,
    /** The sequence number was received before. */
    REPLAYED,
    /** The sequence number lies before the replay window. */
    TOO_OLD,
    /** Data that came before the keys were confirmed and for which there was no more room. */
    EARLY_BUFFER_FULL,
    /** The session, or the handshake, has ended. */
    CLOSED
}
