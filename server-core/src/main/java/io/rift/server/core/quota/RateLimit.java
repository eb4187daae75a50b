package io.rift.server.core.quota;

/**
 * How often something may happen: a rate in the long run, and a burst at once.
 *
 * @param perSecond tokens, or bytes, gained in a second; 0 in {@link #UNLIMITED} alone
 * @param burst tokens, or bytes, that can be spent at once
 */
public record RateLimit(long perSecond, long burst) {

    /** The largest burst: 9 billion tokens, or 9 GB. */
    public static final long MAX_BURST = 9_000_000_000L;

    /**
     * The longest time in which a spent burst may come back, in seconds. For so long a user is remembered who has left, so
     * that nobody gets a full burst by coming back.
     */
    public static final int MAX_FILL_SECONDS = 3600;

    /** No limit at all. */
    public static final RateLimit UNLIMITED = new RateLimit(0, 0);

    /**
     * Checks both values.
     *
     * @throws IllegalArgumentException if one is out of its range, or the burst takes too long to come back
     */
    public RateLimit {
        boolean unlimited = perSecond == 0 && burst == 0;
        if (!unlimited && (perSecond < 1 || burst < 1 || burst > MAX_BURST)) {
            throw new IllegalArgumentException(
                    "a rate of " + perSecond + " per second with a burst of " + burst + " is out of range");
        }
        if (!unlimited && burst / perSecond > MAX_FILL_SECONDS) {
            throw new IllegalArgumentException("a burst of " + burst + " at " + perSecond
                    + " per second takes more than " + MAX_FILL_SECONDS + " s to come back");
        }
    }

    /** Whether there is no limit. */
    public boolean isUnlimited() {
        return perSecond == 0;
    }

    /**
     * The part of one of several shards, rounded up. The burst stays, so that it holds what one packet needs, and the rate
     * is at least the one that brings it back in time.
     */
    public RateLimit dividedBy(int shards) {
        if (isUnlimited()) {
            return this;
        }
        long slowest = Math.min(perSecond, Math.ceilDiv(burst, (long) MAX_FILL_SECONDS));
        return new RateLimit(Math.max(Math.ceilDiv(perSecond, (long) shards), slowest), burst);
    }
}
