package io.rift.peer.core.secure;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.rift.peer.core.time.Deadlines;

/**
 * When to send something again: first after max(50 ms, 2 round trips), then doubling up to a second, twelve tries in all.
 * On a line that loses 36 % each way a try fails six times in ten: six tries would all fail once in 24 calls, twelve once
 * in 560. Doubling on would spread them over minutes, which nobody waits.
 */
final class RetryTimer {

    static final int MAX_TRIES = 12;

    private static final long MIN_INTERVAL_NANOS = MILLISECONDS.toNanos(50);

    private static final long MAX_INTERVAL_NANOS = SECONDS.toNanos(1);

    /** Bounds a nonsensical round trip; the tries then last for 36 s. */
    private static final long MAX_FIRST_INTERVAL_NANOS = SECONDS.toNanos(3);

    private final long firstIntervalNanos;
    private long intervalNanos;
    private int tries;
    private long deadlineNanos = Deadlines.NEVER;

    RetryTimer(long rttNanos) {
        this.firstIntervalNanos = Math.clamp(2 * rttNanos, MIN_INTERVAL_NANOS, MAX_FIRST_INTERVAL_NANOS);
    }

    /** The first try was just sent. */
    void start(long nowNanos) {
        tries = 1;
        intervalNanos = firstIntervalNanos;
        deadlineNanos = nowNanos + intervalNanos;
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
        intervalNanos = Math.max(firstIntervalNanos, Math.min(2 * intervalNanos, MAX_INTERVAL_NANOS));
        deadlineNanos = nowNanos + intervalNanos;
        tries++;
        return true;
    }
}
