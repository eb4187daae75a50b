package io.rift.server.socket;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who may compute. Handshakes wait for their clients most of the time, each on a virtual thread; as many as half of the
 * processors compute at once, so that relayed data does not wait for them, and the queue for that is of bounded length. So is
 * the number of those whose place somebody else has already: what they leave is work that has to end first.
 */
final class DtlsTurns {

    private static final int MAX_QUEUED = 1024;

    private static final int MAX_ABANDONED = 1024;

    private final Semaphore free;
    private final AtomicInteger abandoned = new AtomicInteger();

    DtlsTurns(int count) {
        free = new Semaphore(count, true);
    }

    /** Whether there is so much to do that no further handshake may begin. */
    boolean isFull() {
        return free.getQueueLength() >= MAX_QUEUED || abandoned.get() >= MAX_ABANDONED;
    }

    /** The association of one has ended, and its place is free: its thread is interrupted, but may still compute. */
    void abandoned() {
        abandoned.incrementAndGet();
    }

    /** The thread of an abandoned one has ended. */
    void abandonedHasEnded() {
        abandoned.decrementAndGet();
    }

    /** The turn of one handshake, for its thread alone. It has none yet. */
    final class Turn implements AutoCloseable {

        private boolean taken;

        /**
         * Waits for it.
         *
         * @throws InterruptedException if the association has ended, also when it had before
         */
        void take() throws InterruptedException {
            free.acquire();
            taken = true;
        }

        /** Lets others compute. */
        @Override
        public void close() {
            if (taken) {
                taken = false;
                free.release();
            }
        }
    }
}
