package io.rift.peer.core.channel;

/** Smoothed round trip time and its variation, RFC 9002 section 5. */
final class RoundTripEstimator {

    /** RFC 9002 section 6.2.2: the time assumed before there is a sample. */
    static final long INITIAL_NANOS = 333_000_000L;

    private static final long GRANULARITY_NANOS = 1_000_000L;

    private boolean sampled;
    private long latestNanos = INITIAL_NANOS;
    private long smoothedNanos = INITIAL_NANOS;
    private long variationNanos = INITIAL_NANOS / 2;

    /**
     * Takes a sample; the delay is what the other side says it waited before it answered. RFC 9002 section 5.3 distrusts
     * delays that push a sample below the minimum, so that a chat whose every answer is delayed would show the delay as
     * round trip. The other side is authenticated and its delay bounded, so it is believed.
     */
    void sample(long elapsedNanos, long delayNanos) {
        long sample = Math.max(elapsedNanos - Math.min(delayNanos, FragmentReceiver.MAX_ACK_DELAY_NANOS), 1);
        latestNanos = sample;
        if (sampled) {
            variationNanos = (3 * variationNanos + Math.abs(smoothedNanos - sample)) / 4;
            smoothedNanos = (7 * smoothedNanos + sample) / 8;
        } else {
            sampled = true;
            smoothedNanos = sample;
            variationNanos = sample / 2;
        }
    }

    /** Starts anew, on a new path, from what is known of it. */
    void assume(long roundTripNanos) {
        sampled = false;
        latestNanos = roundTripNanos;
        smoothedNanos = roundTripNanos;
        variationNanos = roundTripNanos / 2;
    }

    long smoothedNanos() {
        return smoothedNanos;
    }

    /** RFC 9002 section 6.1.2: a packet that is older than this when a later one was acknowledged is lost. */
    long lossDelayNanos() {
        return Math.max(Math.max(smoothedNanos, latestNanos) * 9 / 8, GRANULARITY_NANOS);
    }

    /** RFC 9002 section 6.2.1, without the back-off. */
    long probeTimeoutNanos() {
        return smoothedNanos + Math.max(4 * variationNanos, GRANULARITY_NANOS) + FragmentReceiver.MAX_ACK_DELAY_NANOS;
    }
}
