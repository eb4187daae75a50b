package io.rift.server.core.turn;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of a shard, the earliest on top of a binary heap. Every deadline knows its place, so moving or
 * cancelling one takes logarithmic time and leaves nothing behind.
 */
final class DeadlineHeap {
    private final List<Deadline> heap = new ArrayList<>();

    /** The earliest deadline, or null. */
    @Nullable Deadline first() {
        return heap.isEmpty() ? null : heap.getFirst();
    }

    /** Takes out the earliest deadline if its time has come. */
    @Nullable Deadline pollDue(long nowNanos) {
        if (heap.isEmpty() || nowNanos - heap.getFirst().atNanos() < 0) {
            return null;
        }
        Deadline due = heap.getFirst();
        cancel(due);
        return due;
    }

    /** Puts a deadline in, or moves it. */
    void schedule(Deadline deadline, long atNanos) {
        deadline.setAtNanos(atNanos);
        if (!deadline.isInHeap()) {
            deadline.placeInHeap(heap.size());
            heap.add(deadline);
        }
        settle(deadline);
    }

    /** Takes a deadline out, if it is in. */
    void cancel(Deadline deadline) {
        if (!deadline.isInHeap()) {
            return;
        }
        Deadline last = heap.removeLast();
        if (last != deadline) {
            heap.set(deadline.heapIndex(), last);
            last.placeInHeap(deadline.heapIndex());
            settle(last);
        }
        deadline.leaveHeap();
    }

    int size() {
        return heap.size();
    }

    private void settle(Deadline deadline) {
        int index = deadline.heapIndex();
        while (index > 0 && isBefore(deadline, heap.get(parent(index)))) {
            index = place(heap.get(parent(index)), index, parent(index));
        }
        for (int child = earlierChild(index); child >= 0 && isBefore(heap.get(child), deadline); ) {
            index = place(heap.get(child), index, child);
            child = earlierChild(index);
        }
        heap.set(index, deadline);
        deadline.placeInHeap(index);
    }

    /** Puts a deadline at an index and answers where it came from. */
    private int place(Deadline deadline, int index, int from) {
        heap.set(index, deadline);
        deadline.placeInHeap(index);
        return from;
    }

    private int earlierChild(int index) {
        int left = 2 * index + 1;
        if (left >= heap.size()) {
            return -1;
        }
        int right = left + 1;
        return right < heap.size() && isBefore(heap.get(right), heap.get(left)) ? right : left;
    }

    private static int parent(int index) {
        return (index - 1) / 2;
    }

    private static boolean isBefore(Deadline a, Deadline b) {
        return a.atNanos() - b.atNanos() < 0;
    }
}
