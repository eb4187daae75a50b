package io.rift.peer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for the application. The other side's credit bounds them: it grows by one message whenever the
 * application has taken one.
 */
final class Inbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<Message> messages = new ArrayDeque<>();
    private final SerialExecutor serial;
    private final Runnable consumed;
    private @Nullable Consumer<Message> listener;
    private boolean closed;

    /**
     * An empty one.
     *
     * @param threads for the listener
     * @param consumed called for each message that the application has taken
     */
    Inbox(Executor threads, Runnable consumed) {
        serial = new SerialExecutor(threads);
        this.consumed = consumed;
    }

    void add(Message message) {
        lock.lock();
        try {
            Consumer<Message> to = listener;
            if (to != null) {
                deliver(message, to);
            } else {
                messages.add(message);
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Message message, Consumer<Message> to) {
        serial.execute(() -> {
            try {
                to.accept(message);
            } finally {
                consumed.run();
            }
        });
    }

    void listener(Consumer<Message> newListener) {
        lock.lock();
        try {
            if (listener != null) {
                throw new IllegalStateException("the connection has a message listener already");
            }
            listener = newListener;
            for (Message message = messages.poll(); message != null; message = messages.poll()) {
                deliver(message, newListener);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next message.
     *
     * @param timeout how long, or null for ever
     * @return null if the time is over, or the inbox is closed and empty
     */
    @Nullable Message take(@Nullable Duration timeout) {
        long leftNanos = timeout == null ? 0 : timeout.toNanos();
        lock.lock();
        try {
            requireNoListener();
            while (messages.isEmpty() && !closed && (timeout == null || leftNanos > 0)) {
                if (timeout == null) {
                    changed.await();
                } else {
                    leftNanos = changed.awaitNanos(leftNanos);
                }
                requireNoListener();
            }
            Message message = messages.poll();
            if (message != null) {
                consumed.run();
            }
            return message;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            lock.unlock();
        }
    }

    private void requireNoListener() {
        if (listener != null) {
            throw new IllegalStateException("messages go to the listener of onMessage, so receive gets none");
        }
    }

    /** Whether nothing is left to take, now and for ever. */
    boolean isOver() {
        lock.lock();
        try {
            return closed && messages.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Runs the action when the listener has had what came so far; at once if there is no listener. */
    void afterDelivered(Runnable action) {
        lock.lock();
        try {
            if (listener != null) {
                serial.execute(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
