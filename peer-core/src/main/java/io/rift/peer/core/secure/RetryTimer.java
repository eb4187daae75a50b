package io.rift.peer.core.secure;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.rift.peer.core.time.Deadlines;

/** When to send something again: first after max(50 ms, 2 round trips), then doubling, six tries in all. */
final class RetryTimer {

    static final int MAX_TRIES = 6;

    private static final long MIN_INTERVAL_NANOS = MILLISECONDS.toNanos(50);

    /** Bounds a nonsensical round trip; the six tries then last three minutes. */
    private static final long MAX_FIRST_INTERVAL_NANOS = SECONDS.toNanos(3);

    private final long firstIntervalNanos;
    private int tries;
    private long deadlineNanos = Deadlines.NEVER;

    RetryTimer(long rttNanos) {
        this.firstIntervalNanos = Math.clamp(2 * rttNanos, MIN_INTERVAL_NANOS, MAX_FIRST_INTERVAL_NANOS);
    }

    /** The first try was just sent. */
    void start(long nowNanos) {
        tries = 1;
        deadlineNanos = nowNanos + firstIntervalNanos;
    }

    void stop() {
        deadlineNanos = Deadlines.NEVER;
    }

    /** When the next try is due, or {@link Deadlines#NEVER}. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    boolean isDue(long nowNanos) {
        return Deadlines.isDue(deadlineNanos, nowNanos);
    }

    /** Whether there is another try; if so, it is sent now. */
    boolean tryAgain(long nowNanos) {
        if (tries == MAX_TRIES) {
            stop();
            return false;
        }
        deadlineNanos = nowNanos + (firstIntervalNanos << tries);
        tries++;
        return true;
    }
}
