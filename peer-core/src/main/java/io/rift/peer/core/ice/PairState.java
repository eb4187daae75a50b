package io.rift.peer.core.ice;

/** RFC 8445 section 6.1.2.6. */
enum PairState {
    /** Another pair of the same foundation goes first. */
    FROZEN,
    /** A check is to be sent. */
    WAITING,
    /** A check is under way. */
    IN_PROGRESS,
    /** A check succeeded: the pair is valid. */
    SUCCEEDED,
    /** The check failed, or consent ended. */
    FAILED
}
