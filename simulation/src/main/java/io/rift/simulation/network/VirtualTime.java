package io.rift.simulation.network;

import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The clock and the event queue of a simulation. Time stands still while an event runs and then jumps to the next one.
 *
 * <p>Like {@code System.nanoTime}, the clock may start anywhere, also below zero and shortly before it wraps; instants
 * are compared by subtraction. Events of the same instant run in the order in which they were scheduled.
 */
public final class VirtualTime {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final long startNanos;
    private final long startWallSeconds;
    private long nowNanos;
    private long scheduled;

    /**
     * Starts a clock.
     *
     * @param startNanos the first value of the monotonic clock
     * @param startWallSeconds the wall time at that instant, in seconds since 1970
     */
    public VirtualTime(long startNanos, long startWallSeconds) {
        this.startNanos = startNanos;
        this.startWallSeconds = startWallSeconds;
        this.nowNanos = startNanos;
    }

    /** The monotonic clock. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How long the simulation has been running. */
    public long elapsedNanos() {
        return nowNanos - startNanos;
    }

    /** Seconds since 1970. */
    public long wallSeconds() {
        return startWallSeconds + elapsedNanos() / NANOS_PER_SECOND;
    }

    /** Runs an action after a delay; a delay of zero runs it after everything already scheduled for this instant. */
    public void after(long delayNanos, Runnable action) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("delayNanos is negative: " + delayNanos);
        }
        events.add(new Event(nowNanos + delayNanos, scheduled++, action));
    }

    /** Runs an action at an instant of the monotonic clock; an instant in the past counts as now. */
    public void at(long instantNanos, Runnable action) {
        after(Math.max(0, instantNanos - nowNanos), action);
    }

    /** A timer that can be set again and again; setting it cancels its earlier setting. */
    public Timer timer(Runnable action) {
        return new Timer(action);
    }

    /** Runs everything that happens within the given time, then lets the rest of that time pass. */
    public void run(long durationNanos) {
        long untilNanos = nowNanos + durationNanos;
        runUntil(() -> false, durationNanos);
        nowNanos = untilNanos;
    }

    /**
     * Runs events until a condition holds or the given time has passed. The condition is looked at after every event.
     *
     * @return whether the condition holds
     */
    public boolean runUntil(BooleanSupplier condition, long limitNanos) {
        long untilNanos = nowNanos + limitNanos;
        while (!condition.getAsBoolean()) {
            Event next = events.peek();
            if (next == null || next.atNanos() - untilNanos > 0) {
                return false;
            }
            events.remove();
            nowNanos = next.atNanos();
            next.action().run();
        }
        return true;
    }

    /** See {@link #timer}. */
    public final class Timer {
        private final Runnable action;
        private long generation;

        private Timer(Runnable action) {
            this.action = action;
        }

        /** Lets the action run at the given instant of the monotonic clock, or now when that has passed. */
        public void set(long instantNanos) {
            long current = ++generation;
            at(instantNanos, () -> {
                if (generation == current) {
                    action.run();
                }
            });
        }

        /** Forgets the present setting. */
        public void cancel() {
            generation++;
        }
    }

    private record Event(long atNanos, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            long earlier = atNanos - other.atNanos;
            return earlier != 0 ? Long.signum(earlier) : Long.compare(order, other.order);
        }
    }
}
