package io.rift.peer.core.stun;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.stun.TransactionId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The open transactions of one client. The caller sends what {@link #begin} and {@link #pollDue} return, and takes a
 * transaction out with {@link #finish} when its answer has come.
 *
 * @param <C> what a request is about
 */
public final class ClientTransactions<C> {
    private final int maxTransactions;
    private final Map<TransactionId, ClientTransaction<C>> transactionById = new HashMap<>();
    private final Deadlines<TransactionId> deadlines = new Deadlines<>();

    /**
     * An empty table.
     *
     * @param maxTransactions more than these are never open at a time
     */
    public ClientTransactions(int maxTransactions) {
        this.maxTransactions = maxTransactions;
    }

    /** Whether there is no room for another one. */
    public boolean isFull() {
        return transactionById.size() >= maxTransactions;
    }

    /**
     * Opens a transaction.
     *
     * @return what to send, or {@code null} when the table is full
     */
    public @Nullable ClientTransaction<C> begin(
            TransactionId id, byte[] request, C context, Retransmission retransmission, long nowNanos) {
        if (isFull()) {
            return null;
        }
        ClientTransaction<C> transaction = new ClientTransaction<>(id, request, context, retransmission, nowNanos);
        transactionById.put(id, transaction);
        deadlines.set(id, nowNanos + transaction.waitNanos());
        return transaction;
    }

    /** The open transaction with this id, or {@code null}. */
    public @Nullable ClientTransaction<C> find(TransactionId id) {
        return transactionById.get(id);
    }

    /** Ends a transaction and returns it, or {@code null} when none with this id is open. */
    public @Nullable ClientTransaction<C> finish(TransactionId id) {
        deadlines.cancel(id);
        return transactionById.remove(id);
    }

    /**
     * RFC 8445 section 7.3.1.4: the agent "will not retransmit the Binding requests associated with the connectivity-check
     * transaction, will not treat the lack of response to be a failure, but will wait the duration of the transaction
     * timeout for a response".
     */
    public void cancel(TransactionId id, long nowNanos) {
        ClientTransaction<C> transaction = transactionById.get(id);
        if (transaction != null && !transaction.isCancelled()) {
            transaction.cancel();
            deadlines.set(id, nowNanos + transaction.waitNanos());
        }
    }

    /** Forgets every transaction whose context matches. */
    public void forget(Predicate<C> contexts) {
        transactionById.values().removeIf(transaction -> {
            boolean matches = contexts.test(transaction.context());
            if (matches) {
                deadlines.cancel(transaction.id());
            }
            return matches;
        });
    }

    /** Forgets all. */
    public void clear() {
        transactionById.clear();
        deadlines.clear();
    }

    /**
     * The next transaction whose wait is over: one that has timed out is closed by this call, any other is to be sent
     * again. {@code null} when none is due.
     */
    public @Nullable ClientTransaction<C> pollDue(long nowNanos) {
        TransactionId id = deadlines.pollDue(nowNanos);
        ClientTransaction<C> transaction = id == null ? null : transactionById.get(id);
        if (id == null || transaction == null) {
            return null;
        }
        transaction.waited();
        if (transaction.hasTimedOut()) {
            transactionById.remove(id);
        } else {
            deadlines.set(id, nowNanos + transaction.waitNanos());
        }
        return transaction;
    }

    /** When {@link #pollDue} has something, or {@link Deadlines#NEVER}. */
    public long nextTimeoutNanos() {
        return deadlines.nextNanos();
    }
}
