package io.rift.peer.core.time;

import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * At most one deadline per key, earliest first; equal ones in the order in which they were set.
 *
 * @param <K> what a deadline is for
 */
public final class Deadlines<K> {

    /** The deadline of something that waits for nothing. */
    public static final long NEVER = Long.MAX_VALUE;

    private record Deadline<K>(K key, long atNanos, long serial) implements Comparable<Deadline<K>> {
        @Override
        public int compareTo(Deadline<K> other) {
            int byTime = Long.signum(atNanos - other.atNanos);
            return byTime != 0 ? byTime : Long.compare(serial, other.serial);
        }
    }

    private final PriorityQueue<Deadline<K>> queue = new PriorityQueue<>();
    private final Map<K, Deadline<K>> deadlineByKey = new HashMap<>();
    private long serial;

    /** Whether a deadline has come. */
    public static boolean isDue(long deadlineNanos, long nowNanos) {
        return deadlineNanos != NEVER && nowNanos - deadlineNanos >= 0;
    }

    /** The earlier of two deadlines, either of which may be {@link #NEVER}. */
    public static long earlier(long oneNanos, long otherNanos) {
        if (oneNanos == NEVER || otherNanos == NEVER) {
            return oneNanos == NEVER ? otherNanos : oneNanos;
        }
        return oneNanos - otherNanos <= 0 ? oneNanos : otherNanos;
    }

    /** Sets or replaces the deadline of a key. */
    public void set(K key, long atNanos) {
        cancel(key);
        Deadline<K> deadline = new Deadline<>(key, atNanos, serial++);
        deadlineByKey.put(key, deadline);
        queue.add(deadline);
    }

    /** Removes the deadline of a key, if there is one. */
    public void cancel(K key) {
        Deadline<K> deadline = deadlineByKey.remove(key);
        if (deadline != null) {
            queue.remove(deadline);
        }
    }

    /** Removes all. */
    public void clear() {
        queue.clear();
        deadlineByKey.clear();
    }

    /** Removes the earliest deadline that has come and returns its key, or {@code null} when none has. */
    public @Nullable K pollDue(long nowNanos) {
        Deadline<K> first = queue.peek();
        if (first == null || !isDue(first.atNanos, nowNanos)) {
            return null;
        }
        queue.remove();
        deadlineByKey.remove(first.key);
        return first.key;
    }

    /** The earliest deadline, or {@link #NEVER}. */
    public long nextNanos() {
        Deadline<K> first = queue.peek();
        return first == null ? NEVER : first.atNanos;
    }
}
