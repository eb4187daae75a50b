package io.rift.peer.core.ice;

import io.rift.peer.core.stun.ClientTransaction;
import io.rift.peer.core.stun.ClientTransactions;
import io.rift.peer.core.stun.Retransmission;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The Binding requests that this agent sends, and what their answers mean: RFC 8445 section 7.2. */
final class Checks {

    /** Twice the pairs, and room for checks that a triggered check replaced. Beyond it no new check begins. */
    static final int MAX_TRANSACTIONS = 256;

    /** What became of a check. */
    sealed interface Outcome {
        /** Not an answer that may be believed; nothing changes. */
        record Dropped(DropReason reason) implements Outcome {}

        /** The pair works; the peer sees us at the mapped address. The round trip time is -1 when it is unknown. */
        record Succeeded(Check check, TransportAddress mapped, long roundTripNanos) implements Outcome {}

        /** The peer has our role and insists. */
        record RoleConflict(Check check) implements Outcome {}

        /** The pair must not be used. */
        record Refused(Check check, DropReason reason) implements Outcome {}

        /** Nobody answered a check that decides about its pair. */
        record Unanswered(Check check) implements Outcome {}
    }

    private final IceSession session;
    private final RandomGenerator random;
    private final Consumer<IceOutput> out;
    private final Retransmission connectivity;
    private final Retransmission brief;
    private final Retransmission nomination;
    private final Retransmission consent;
    private final ClientTransactions<Check> transactions = new ClientTransactions<>(MAX_TRANSACTIONS);

    Checks(IceConfig config, IceSession session, RandomGenerator random, Consumer<IceOutput> out) {
        this.session = session;
        this.random = random;
        this.out = out;
        // RFC 8445 section 14.3 lets the RTO grow with the square of the check list, or be found otherwise: a lost
        // check of ours is sent again after the shortest RTO, since the list is short and Ta keeps the pace anyway.
        long rtoNanos = config.initialRto().toNanos();
        connectivity = new Retransmission(rtoNanos, 7, 16);
        brief = new Retransmission(rtoNanos, 3, 4);
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
        // RFC 8445 section 7.1.1: the local candidate's priority, but with the type preference of a peer-reflexive one
        long priority = Candidate.priority(CandidateType.PRFLX, pair.local().localPreference());
        byte[] request = CheckMessages.request(id, session, remote, priority, useCandidate);
        Check check = new Check(pair, purpose, session.role());
        Retransmission retransmission = switch (purpose) {
            case CONNECTIVITY -> pair.isBrief() ? brief : connectivity;
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

    /** Judges a response. */
    Outcome judge(TransportAddress base, TransportAddress from, StunMessage response, long nowNanos) {
        ClientTransaction<Check> transaction = transactions.find(response.transactionId());
        IceCredentials remote = session.remote();
        if (transaction == null || remote == null) {
            return new Outcome.Dropped(DropReason.UNKNOWN_TRANSACTION);
        }
        if (response.method() != StunMethod.BINDING) {
            return new Outcome.Dropped(DropReason.UNEXPECTED_MESSAGE);
        }
        if (response.hasFingerprint() && !response.fingerprintIsValid()) {
            return new Outcome.Dropped(DropReason.BAD_FINGERPRINT);
        }
        // RFC 8489 section 9.1.4: without the right MESSAGE-INTEGRITY it is as if it had never been received.
        if (!response.verifyMessageIntegrity(StunKeys.shortTerm(remote.password()))) {
            return new Outcome.Dropped(DropReason.BAD_INTEGRITY);
        }
        transactions.finish(transaction.id());
        Check check = transaction.context();
        if (!base.equals(check.pair().base()) || !from.equals(check.pair().remoteAddress())) {
            // RFC 8445 section 7.2.5.2.1: "If the addresses are not symmetric, the agent MUST set the candidate pair
            // state to Failed." A path that has proved itself survives one odd answer.
            return check.purpose() == Check.Purpose.CONNECTIVITY
                    ? new Outcome.Refused(check, DropReason.WRONG_SOURCE)
                    : new Outcome.Dropped(DropReason.WRONG_SOURCE);
        }
        return response.messageClass() == MessageClass.ERROR_RESPONSE
                ? error(check, response)
                : success(check, response, transaction.roundTripNanos(nowNanos));
    }

    private static Outcome error(Check check, StunMessage response) {
        ErrorCode error = response.get(StunAttributes.ERROR_CODE);
        boolean isRoleConflict = error != null && error.code() == ErrorCode.ROLE_CONFLICT.code();
        // RFC 8445 section 7.2.5.2.4 lets any other error fail the pair; RFC 7675 section 5.2 has 403 revoke consent
        return isRoleConflict ? new Outcome.RoleConflict(check) : new Outcome.Refused(check, DropReason.ERROR_RESPONSE);
    }

    private static Outcome success(Check check, StunMessage response, long roundTripNanos) {
        TransportAddress mapped = response.get(StunAttributes.XOR_MAPPED_ADDRESS);
        boolean isUnderstood =
                response.unknownComprehensionRequired(CheckMessages.KNOWN).isEmpty();
        return mapped == null || !isUnderstood
                ? new Outcome.Refused(check, DropReason.BAD_ATTRIBUTE)
                : new Outcome.Succeeded(check, mapped, roundTripNanos);
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

    /** Sends again what is due. Returns a check that nobody answered and that matters, or {@code null}. */
    Outcome.@Nullable Unanswered pollUnanswered(long nowNanos) {
        for (var due = transactions.pollDue(nowNanos); due != null; due = transactions.pollDue(nowNanos)) {
            if (!due.hasTimedOut()) {
                transmit(due);
            } else if (isDecisive(due)) {
                return new Outcome.Unanswered(due.context());
            }
        }
        return null;
    }

    private static boolean isDecisive(ClientTransaction<Check> transaction) {
        ListedPair pair = transaction.context().pair();
        return switch (transaction.context().purpose()) {
            case CONNECTIVITY -> !transaction.isCancelled() && transaction.id().equals(pair.checkId());
            case NOMINATION -> pair.isValid();
            case CONSENT -> false; // consent has its own clock
        };
    }

    long nextTimeoutNanos() {
        return transactions.nextTimeoutNanos();
    }
}
