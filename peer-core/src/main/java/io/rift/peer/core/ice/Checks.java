package io.rift.peer.core.ice;

import io.rift.peer.core.stun.ClientTransaction;
import io.rift.peer.core.stun.ClientTransactions;
import io.rift.peer.core.stun.Retransmission;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.TransactionId;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The Binding requests that this agent sends, and their transactions. */
final class Checks {

    /** Twice the pairs, and room for checks that a triggered check replaced. Beyond it no new check begins. */
    static final int MAX_TRANSACTIONS = 256;

    private final IceSession session;
    private final RandomGenerator random;
    private final Consumer<IceOutput> out;
    private final Retransmission connectivity;
    private final Retransmission recheck;
    private final Retransmission nomination;
    private final Retransmission consent;
    private final ClientTransactions<Check> transactions = new ClientTransactions<>(MAX_TRANSACTIONS);

    Checks(IceConfig config, IceSession session, RandomGenerator random, Consumer<IceOutput> out) {
        this.session = session;
        this.random = random;
        this.out = out;
        // RFC 8445 section 14.3: RTO = MAX (500ms, Ta*N * (Num-Waiting + Num-In-Progress)); with Ta of 20 ms the second
        // term wins beyond 25 pairs only, and a longer RTO would not help those.
        long rtoNanos = config.initialRto().toNanos();
        connectivity = new Retransmission(rtoNanos, 7, 16);
        recheck = new Retransmission(rtoNanos, 3, 4);
        nomination = new Retransmission(rtoNanos, 4, 8);
        // RFC 7675 section 5.1: consent checks are not retransmitted; a late answer counts for ten RTOs.
        consent = new Retransmission(rtoNanos, 1, 10);
    }

    /**
     * Sends a check of this pair.
     *
     * @param useCandidate whether the pair is, or is to be, the nominated one
     * @return whether there was room for it, and the peer's credentials are known
     */
    boolean send(ListedPair pair, Check.Purpose purpose, boolean useCandidate, long nowNanos) {
        IceCredentials remote = session.remote();
        if (remote == null) {
            return false;
        }
        TransactionId id = TransactionId.random(random);
        // RFC 8445 section 7.1.1: the priority "that would be assigned [...] were it a peer-reflexive candidate"
        long priority = Candidate.priority(CandidateType.PRFLX, pair.local().localPreference());
        byte[] request = CheckMessages.request(id, session, remote, priority, useCandidate);
        Check check = new Check(pair, purpose, session.role());
        Retransmission retransmission = switch (purpose) {
            case CONNECTIVITY -> pair.isRechecked() ? recheck : connectivity;
            case NOMINATION -> nomination;
            case CONSENT -> consent;
        };
        ClientTransaction<Check> transaction = transactions.begin(id, request, check, retransmission, nowNanos);
        if (transaction == null) {
            return false;
        }
        if (purpose == Check.Purpose.CONNECTIVITY) {
            pair.checking(id);
        }
        transmit(transaction);
        return true;
    }

    private void transmit(ClientTransaction<Check> transaction) {
        ListedPair pair = transaction.context().pair();
        out.accept(new IceOutput.Transmit(pair.base(), pair.isViaRelay(), pair.remoteAddress(), transaction.request()));
    }

    boolean awaits(TransactionId id) {
        return transactions.find(id) != null;
    }

    @Nullable ClientTransaction<Check> find(TransactionId id) {
        return transactions.find(id);
    }

    void finish(TransactionId id) {
        transactions.finish(id);
    }

    /** Stops to repeat the check under way of this pair, but still takes its answer. */
    void cancel(ListedPair pair, long nowNanos) {
        TransactionId id = pair.checkId();
        if (id != null) {
            transactions.cancel(id, nowNanos);
        }
    }

    /** Forgets the checks of a pair that is no more. */
    void forget(ListedPair pair) {
        transactions.forget(check -> check.pair() == pair);
    }

    void clear() {
        transactions.clear();
    }

    /** Sends again what is due. Returns a transaction that timed out, {@code null} when there is none. */
    @Nullable ClientTransaction<Check> pollTimedOut(long nowNanos) {
        for (var due = transactions.pollDue(nowNanos); due != null; due = transactions.pollDue(nowNanos)) {
            if (due.hasTimedOut()) {
                return due;
            }
            transmit(due);
        }
        return null;
    }

    long nextTimeoutNanos() {
        return transactions.nextTimeoutNanos();
    }
}
