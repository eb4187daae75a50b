package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/** A STUN server as a gatherer knows it. */
final class StunServer {
    private final TransportAddress address;
    private @Nullable TransportAddress mapped;
    private boolean asked;
    private boolean silent;

    StunServer(TransportAddress address) {
        this.address = address;
    }

    TransportAddress address() {
        return address;
    }

    /** Where it saw us last, or {@code null} when it never answered. */
    @Nullable TransportAddress mapped() {
        return mapped;
    }

    /** Whether a request is on its way. */
    boolean isAsked() {
        return asked;
    }

    /** Whether the latest request was not answered. */
    boolean isSilent() {
        return silent;
    }

    void ask() {
        asked = true;
    }

    void answered(TransportAddress mapped) {
        this.mapped = mapped;
        asked = false;
        silent = false;
    }

    void unanswered() {
        asked = false;
        silent = true;
    }
}
