package io.rift.peer;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** How a blocking method waits for its asynchronous twin. */
final class Waiting {

    private Waiting() {}

    /**
     * The result of the future. Its exception is thrown as it is, with the waiting call added to it; an interrupt cancels
     * the future.
     */
    static <T> T forResult(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            CancellationException cancelled = new CancellationException("interrupted");
            cancelled.initCause(e);
            throw cancelled;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                cause.addSuppressed(new WaitedHere());
                throw cause;
            }
            throw new IllegalStateException("unexpected failure", e.getCause());
        }
    }

    /** Shows in a stack trace which call failed; the exception itself was made by the peer's own thread. */
    private static final class WaitedHere extends RuntimeException {
        private static final long serialVersionUID = 1;

        WaitedHere() {
            super("the call that waited");
        }
    }
}
