package io.rift.peer.core.path;

import java.time.Duration;

/**
 * What makes one working path better than another, most important first. The natural order puts the better one first and
 * does not look at the round trip time, which changes all the time.
 *
 * @param tier the class of path
 * @param pairPriority of the candidate pair, the same at both ends
 * @param roundTripNanos settled round trip time, or {@link RoundTripTime#UNKNOWN}
 */
public record PathPreference(PathTier tier, long pairPriority, long roundTripNanos)
        implements Comparable<PathPreference> {

    /** A smaller gain within a tier is not worth a switch. */
    private static final long MIN_GAIN_NANOS = Duration.ofMillis(5).toNanos();

    /** Nor is a gain of less than this part of the present time: on a slow path 5 ms are noise. */
    private static final long MIN_GAIN_PART = 8;

    @Override
    public int compareTo(PathPreference other) {
        int byTier = tier.compareTo(other.tier);
        return byTier != 0 ? byTier : Long.compare(other.pairPriority, pairPriority);
    }

    /**
     * Whether to leave a path that works for this one: at once for a better tier, never for a worse one, and within a
     * tier for a clear gain in round trip time. Never true both ways, so two agents cannot flap.
     */
    public boolean isWorthLeaving(PathPreference current) {
        if (tier != current.tier) {
            return tier.isBetterThan(current.tier);
        }
        boolean isMeasured = roundTripNanos != RoundTripTime.UNKNOWN && current.roundTripNanos != RoundTripTime.UNKNOWN;
        long gainNanos = current.roundTripNanos - roundTripNanos;
        return isMeasured && gainNanos >= MIN_GAIN_NANOS && gainNanos >= current.roundTripNanos / MIN_GAIN_PART;
    }
}
