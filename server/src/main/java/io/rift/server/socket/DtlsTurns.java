package io.rift.server.socket;

import java.util.concurrent.Semaphore;

/**
 * Who may compute. Handshakes wait for their clients most of the time, each on a virtual thread; as many as half of the
 * processors compute at once, so that relayed data does not wait for them, and the queue for that is of bounded length.
 */
final class DtlsTurns {

    private static final int MAX_QUEUED = 1024;

    private final Semaphore free;

    DtlsTurns(int count) {
        free = new Semaphore(count, true);
    }

    /** Whether so many wait that no further handshake may begin. */
    boolean isFull() {
        return free.getQueueLength() >= MAX_QUEUED;
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
