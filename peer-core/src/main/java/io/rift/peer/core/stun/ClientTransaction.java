package io.rift.peer.core.stun;

import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;

/**
 * A request on its way.
 *
 * @param <C> what the request is about
 */
public final class ClientTransaction<C> {
    private final TransactionId id;
    private final byte[] request;
    private final C context;
    private final Retransmission retransmission;
    private final long firstSentNanos;
    private int requestsSent = 1;
    private boolean cancelled;
    private boolean timedOut;

    ClientTransaction(TransactionId id, byte[] request, C context, Retransmission retransmission, long nowNanos) {
        this.id = id;
        this.request = request;
        this.context = context;
        this.retransmission = retransmission;
        this.firstSentNanos = nowNanos;
    }

    /** Its transaction id. */
    public TransactionId id() {
        return id;
    }

    /** What it is about. */
    public C context() {
        return context;
    }

    /** The bytes to send, as a view of its own. */
    public ByteBuffer request() {
        return ByteBuffer.wrap(request).asReadOnlyBuffer();
    }

    /** Whether no answer came in time and the transaction is over. */
    public boolean hasTimedOut() {
        return timedOut;
    }

    /** Whether {@link ClientTransactions#cancel} was called: its time-out means nothing. */
    public boolean isCancelled() {
        return cancelled;
    }

    /**
     * The time from request to answer, or -1 when the request was sent more than once: nobody knows which one was
     * answered then (Karn's algorithm).
     */
    public long roundTripNanos(long answeredNanos) {
        return requestsSent == 1 ? answeredNanos - firstSentNanos : -1;
    }

    void cancel() {
        cancelled = true;
    }

    /** Moves on after a wait: another request, or the end. */
    void waited() {
        if (cancelled || requestsSent == retransmission.requestCount()) {
            timedOut = true;
        } else {
            requestsSent++;
        }
    }

    /** The time to wait for an answer to the latest request. A cancelled one waits for its remaining time at once. */
    long waitNanos() {
        if (!cancelled) {
            return retransmission.waitNanos(requestsSent);
        }
        long wait = 0;
        for (int sent = requestsSent; sent <= retransmission.requestCount(); sent++) {
            wait += retransmission.waitNanos(sent);
        }
        return wait;
    }
}
