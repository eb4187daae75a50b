package io.rift.peer.core.secure;

/** How much work strangers can cause: bounds on KeyInit over all handshakes of one peer. */
public final class HandshakeLimits {

    /** No limits used yet. */
    public HandshakeLimits() {}
}
