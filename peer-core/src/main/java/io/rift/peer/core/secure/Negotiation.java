package io.rift.peer.core.secure;

import io.rift.protocol.secure.Capabilities;
import io.rift.protocol.secure.Suite;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What two peers will use. Both work it out from both signed capabilities before any message, so that nobody can talk
 * them into less: a message that says something else is dropped.
 */
record Negotiation(int version, Suite suite) {

    /** The version whose handshake this package speaks. */
    static final int VERSION = 2;

    /** The suites that this package speaks, the default first. */
    static final List<Suite> SUITES = List.of(Suite.X25519_AES_256_GCM, Suite.X25519_CHACHA20_POLY1305);

    /** The highest common version and the first of the initiator's suites that the responder has too. */
    static @Nullable Negotiation between(Capabilities initiator, Capabilities responder) {
        int version = Math.min(initiator.maxVersion(), responder.maxVersion());
        if (version != VERSION || version < initiator.minVersion() || version < responder.minVersion()) {
            return null;
        }
        for (int code : initiator.suites()) {
            Suite suite = Suite.ofCode(code);
            if (suite != null && SUITES.contains(suite) && responder.suites().contains(code)) {
                return new Negotiation(version, suite);
            }
        }
        return null;
    }

    static @Nullable Negotiation of(HandshakeContext context, Role localRole) {
        return between(
                context.introduction(localRole, Role.INITIATOR).capabilities().capabilities(),
                context.introduction(localRole, Role.RESPONDER).capabilities().capabilities());
    }
}
