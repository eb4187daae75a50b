package io.rift.peer.core.secure;

/** Why a handshake gave up. */
public enum HandshakeFailure {
    /** The two peers have no version and suite in common. */
    NOTHING_IN_COMMON,
    /** The other side never answered, or its answers never arrived. */
    TIMED_OUT,
    /**
     * Answers arrived, but none was made by the expected peer with the same transcript: somebody changed what the peers
     * told each other, or sits between them, or the invite secrets differ.
     */
    NOT_AUTHENTIC
}
