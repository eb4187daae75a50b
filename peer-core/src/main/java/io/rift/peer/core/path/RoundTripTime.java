package io.rift.peer.core.path;

/** A smoothed round trip time, RFC 6298 section 2. */
public final class RoundTripTime {

    /** What {@link #smoothedNanos} returns before the first sample. */
    public static final long UNKNOWN = -1;

    /** With fewer samples the mean still follows every spike. */
    private static final int SETTLED_SAMPLES = 3;

    private long smoothedNanos = UNKNOWN;
    private int samples;

    /** Nothing measured yet. */
    public RoundTripTime() {}

    /** Takes a measured time, or {@link #UNKNOWN}, which changes nothing. */
    public void sample(long nanos) {
        if (nanos < 0) {
            return;
        }
        // RFC 6298 (2.2) and (2.3), alpha = 1/8
        smoothedNanos = samples == 0 ? nanos : smoothedNanos + (nanos - smoothedNanos) / 8;
        samples = Math.min(samples + 1, SETTLED_SAMPLES);
    }

    /** The mean, or {@link #UNKNOWN}. */
    public long smoothedNanos() {
        return smoothedNanos;
    }

    /** The mean once there are enough samples to compare it with another's, {@link #UNKNOWN} before. */
    public long settledNanos() {
        return samples < SETTLED_SAMPLES ? UNKNOWN : smoothedNanos;
    }
}
