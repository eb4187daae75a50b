package io.rift.peer.core.session;

/** Lets so many through a second, and twice as many in a burst. */
final class TokenBucket {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int perSecond;
    private long lastNanos;
    private double tokens;

    TokenBucket(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        lastNanos = nowNanos;
        tokens = 2.0 * perSecond;
    }

    boolean take(long nowNanos) {
        tokens = Math.min(2.0 * perSecond, tokens + (double) (nowNanos - lastNanos) / SECOND_NANOS * perSecond);
        lastNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
