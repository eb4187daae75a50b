package io.rift.server.core.rendezvous;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All deadlines in one ordered queue, at most one per subject; to set, to cancel and to take the next one costs the
 * logarithm of their number.
 *
 * <p>A deadline is not moved when its subject is heard from, so a message costs no work here: when it fires and the
 * subject turns out not to be due yet, it is set again.
 */
final class Deadlines {
    private final TreeSet<Deadline> queue = new TreeSet<>();
    private long sequence;

    /** What a deadline can be about. */
    abstract static sealed class Subject permits Connection, Session {
        private @Nullable Deadline deadline;

        /** From when on something has to be done about it. */
        abstract long dueNanos();
    }

    /** Equal times fire in the order in which they were set. */
    private record Deadline(long nanos, long sequence, Subject subject) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            long difference = nanos - other.nanos; // by subtraction: monotonic time may wrap
            return difference != 0 ? Long.signum(difference) : Long.compare(sequence, other.sequence);
        }
    }

    /** Watches {@code subject} from now on, or anew. */
    void set(Subject subject) {
        cancel(subject);
        Deadline deadline = new Deadline(subject.dueNanos(), sequence++, subject);
        subject.deadline = deadline;
        queue.add(deadline);
    }

    void cancel(Subject subject) {
        if (subject.deadline != null) {
            queue.remove(subject.deadline);
            subject.deadline = null;
        }
    }

    /** The next subject that is due, no longer watched. */
    @Nullable Subject pollDue(long nowNanos) {
        while (!queue.isEmpty() && queue.getFirst().nanos - nowNanos <= 0) {
            Subject subject = queue.removeFirst().subject;
            subject.deadline = null;
            if (subject.dueNanos() - nowNanos <= 0) {
                return subject;
            }
            set(subject);
        }
        return null;
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** When {@link #pollDue} may next return something; there must be a deadline. */
    long nextNanos() {
        return queue.getFirst().nanos;
    }
}
