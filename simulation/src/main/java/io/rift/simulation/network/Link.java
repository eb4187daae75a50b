package io.rift.simulation.network;

import java.time.Duration;

/**
 * What a line between a node and its realm does to a datagram, in each direction by itself.
 *
 * @param delayNanos how long every datagram takes
 * @param jitterNanos up to how much longer it may take; jitter alone never changes the order
 * @param lossRatio the share of datagrams that never arrive, 0 to 1
 * @param duplicationRatio the share that arrives twice
 * @param reorderingRatio the share that is overtaken: it takes {@link #OVERTAKEN_BY} times the delay and jitter longer
 *     and later datagrams do not wait for it
 */
public record Link(
        long delayNanos, long jitterNanos, double lossRatio, double duplicationRatio, double reorderingRatio) {
    /** How many times its usual time on the line a datagram is held back while others overtake it. */
    public static final int OVERTAKEN_BY = 3;

    /** Rejects what is no delay and no share. */
    public Link {
        if (delayNanos < 0 || jitterNanos < 0) {
            throw new IllegalArgumentException("negative delay " + delayNanos + " or jitter " + jitterNanos);
        }
        requireRatio(lossRatio);
        requireRatio(duplicationRatio);
        requireRatio(reorderingRatio);
    }

    /** A line that does nothing but take its time. */
    public static Link of(Duration delay) {
        return new Link(delay.toNanos(), 0, 0, 0, 0);
    }

    /** This line with jitter. */
    public Link withJitter(Duration jitter) {
        return new Link(delayNanos, jitter.toNanos(), lossRatio, duplicationRatio, reorderingRatio);
    }

    /** This line with loss. */
    public Link withLoss(double ratio) {
        return new Link(delayNanos, jitterNanos, ratio, duplicationRatio, reorderingRatio);
    }

    /** This line with duplicates. */
    public Link withDuplication(double ratio) {
        return new Link(delayNanos, jitterNanos, lossRatio, ratio, reorderingRatio);
    }

    /** This line with reordering. */
    public Link withReordering(double ratio) {
        return new Link(delayNanos, jitterNanos, lossRatio, duplicationRatio, ratio);
    }

    private static void requireRatio(double ratio) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("not a share between 0 and 1: " + ratio);
        }
    }
}
