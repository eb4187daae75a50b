package io.rift.peer.core.session;

import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.secure.SignedCapabilities;
import java.time.Duration;

/** What we can do, signed, and signed again before others stop believing it. */
final class OwnCapabilities {

    private final Identity identity;
    private long clockWallSeconds;
    private long clockNanos;
    private SignedCapabilities signed;

    OwnCapabilities(Identity identity, long nowNanos, long wallSeconds) {
        this.identity = identity;
        clockNanos = nowNanos;
        clockWallSeconds = wallSeconds;
        signed = sign(wallSeconds);
    }

    /** The wall clock was read; between two readings it goes on with the monotonic one. */
    void clock(long nowNanos, long wallSeconds) {
        clockNanos = nowNanos;
        clockWallSeconds = wallSeconds;
    }

    long wallSeconds(long nowNanos) {
        return clockWallSeconds + Duration.ofNanos(nowNanos - clockNanos).toSeconds();
    }

    SignedCapabilities signed(long nowNanos) {
        long wallSeconds = wallSeconds(nowNanos);
        long left = signed.capabilities().notAfterSeconds() - wallSeconds;
        if (left < EndpointLimits.CAPABILITIES_VALIDITY.toSeconds() / 2) {
            signed = sign(wallSeconds);
        }
        return signed;
    }

    private SignedCapabilities sign(long wallSeconds) {
        long notAfterSeconds = wallSeconds + EndpointLimits.CAPABILITIES_VALIDITY.toSeconds();
        return SignedCapabilities.current(identity, notAfterSeconds);
    }
}
