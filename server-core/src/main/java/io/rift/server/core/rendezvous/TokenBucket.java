package io.rift.server.core.rendezvous;

import java.util.concurrent.TimeUnit;

/** A token bucket that counts its credit in nanoseconds, so that it needs neither a timer nor a fraction. */
final class TokenBucket {
    private final long nanosPerToken;
    private final long capacityNanos;
    private long creditNanos;
    private long updatedNanos;

    /** A full bucket. */
    TokenBucket(int capacity, int tokensPerSecond, long nowNanos) {
        nanosPerToken = TimeUnit.SECONDS.toNanos(1) / tokensPerSecond;
        capacityNanos = capacity * nanosPerToken;
        creditNanos = capacityNanos;
        updatedNanos = nowNanos;
    }

    /** Takes all {@code tokens} or none. */
    boolean take(int tokens, long nowNanos) {
        long elapsedNanos = Math.max(0, nowNanos - updatedNanos);
        updatedNanos = nowNanos;
        // Subtracting keeps a pause of years from overflowing the sum.
        creditNanos = elapsedNanos >= capacityNanos - creditNanos ? capacityNanos : creditNanos + elapsedNanos;
        long costNanos = tokens * nanosPerToken;
        if (costNanos > creditNanos) {
            return false;
        }
        creditNanos -= costNanos;
        return true;
    }
}
