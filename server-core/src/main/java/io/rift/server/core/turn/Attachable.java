package io.rift.server.core.turn;

import org.jspecify.annotations.Nullable;

/**
 * A long-lived object of the core on which the shell can hang what it made of it, such as a socket or a
 * {@code java.net} address, so that no look-up is needed per packet. The core never reads it.
 */
public abstract sealed class Attachable permits ClientPath, PeerConnection, RelaySocket, Route {
    private @Nullable Object attachment;

    Attachable() {}

    /** What the shell attached, or null. */
    public final @Nullable Object attachment() {
        return attachment;
    }

    /** Attaches an object, or removes it with null. */
    public final void attach(@Nullable Object attachment) {
        this.attachment = attachment;
    }
}
