package io.rift.peer.core.turn;

import io.rift.peer.core.stun.ClientTransaction;
import io.rift.peer.core.stun.ClientTransactions;
import io.rift.peer.core.stun.Retransmission;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Requests and their answers, with the challenges of the long-term mechanism dealt with on the way. */
final class TurnRequests {

    /**
     * Every permission and channel may be renewed at once, while the request of a lapsed one is still out, beside a few
     * requests of the allocation's own.
     */
    private static final int MAX_TRANSACTIONS = 2 * (TurnClient.MAX_PERMISSIONS + TurnClient.MAX_CHANNELS) + 8;

    /** A request is challenged once for the realm, once for a stale nonce, once for replaced credentials. */
    private static final int MAX_ATTEMPTS = 4;

    /** A farewell is not worth 40 seconds. */
    private static final Retransmission BRIEF = new Retransmission(Retransmission.RFC_8489.rtoNanos(), 3, 2);

    /** The outcome of a request. */
    sealed interface Answer {
        /** The server did it. */
        record Success(TurnRequest request, StunMessage response) implements Answer {}

        /** The server refused, or (code 0) did not answer. */
        record Refusal(TurnRequest request, int code) implements Answer {}
    }

    private static final class Pending {
        final TurnRequest request;
        final int attempt;
        final byte @Nullable [] key;
        int unauthenticatedCode;

        Pending(TurnRequest request, int attempt, byte @Nullable [] key) {
            this.request = request;
            this.attempt = attempt;
            this.key = key;
        }
    }

    private final LongTermAuthentication authentication;
    private final RandomGenerator random;
    private final Consumer<TurnOutput> out;
    private final Consumer<TurnDropReason> drops;
    private final ClientTransactions<Pending> transactions = new ClientTransactions<>(MAX_TRANSACTIONS);

    TurnRequests(
            LongTermAuthentication authentication,
            RandomGenerator random,
            Consumer<TurnOutput> out,
            Consumer<TurnDropReason> drops) {
        this.authentication = authentication;
        this.random = random;
        this.out = out;
        this.drops = drops;
    }

    /** Sends a request. Its answer comes from {@link #handle} or {@link #pollDue}. */
    void send(TurnRequest request, long nowNanos) {
        send(request, 1, nowNanos);
    }

    private void send(TurnRequest request, int attempt, long nowNanos) {
        TransactionId id = TransactionId.random(random);
        byte[] encoded = authentication.encode(encoder(request, id));
        Retransmission retransmission = request instanceof TurnRequest.Delete || request instanceof TurnRequest.Sweep
                ? BRIEF
                : Retransmission.RFC_8489;
        Pending pending = new Pending(request, attempt, authentication.key());
        ClientTransaction<Pending> transaction = transactions.begin(id, encoded, pending, retransmission, nowNanos);
        if (transaction == null) {
            throw new IllegalStateException("more than " + MAX_TRANSACTIONS + " TURN requests under way");
        }
        out.accept(new TurnOutput.Transmit(transaction.request()));
    }

    private static StunEncoder encoder(TurnRequest request, TransactionId id) {
        StunEncoder encoder = StunEncoder.of(MessageClass.REQUEST, request.method(), id);
        return switch (request) {
            case TurnRequest.Allocate allocate -> encoder.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP);
            case TurnRequest.Refresh refresh -> encoder;
            case TurnRequest.Sweep sweep -> encoder.add(TurnAttributes.LIFETIME, 0L);
            case TurnRequest.Delete delete -> encoder.add(TurnAttributes.LIFETIME, 0L);
            case TurnRequest.Permit permit ->
                encoder.add(TurnAttributes.XOR_PEER_ADDRESS, new TransportAddress(permit.peer(), 0));
            case TurnRequest.Bind bind ->
                encoder.add(TurnAttributes.CHANNEL_NUMBER, bind.number())
                        .add(TurnAttributes.XOR_PEER_ADDRESS, bind.peer());
        };
    }

    /** A response. Returns the outcome of its request, or {@code null} while there is none. */
    @Nullable Answer handle(StunMessage message, long nowNanos) {
        ClientTransaction<Pending> transaction = transactions.find(message.transactionId());
        if (transaction == null) {
            drops.accept(TurnDropReason.UNKNOWN_TRANSACTION);
            return null;
        }
        Pending pending = transaction.context();
        if (message.method() != pending.request.method()) {
            drops.accept(TurnDropReason.UNEXPECTED_MESSAGE);
            return null;
        }
        boolean isError = message.messageClass() == MessageClass.ERROR_RESPONSE;
        ErrorCode error = isError ? message.get(StunAttributes.ERROR_CODE) : null;
        int code = error == null ? 0 : error.code();
        if (code == ErrorCode.UNAUTHENTICATED.code() || code == ErrorCode.STALE_NONCE.code()) {
            transactions.finish(transaction.id());
            return challenged(pending, code, message, nowNanos);
        }
        // RFC 8489 section 9.2.5: a response without the right MESSAGE-INTEGRITY is as if it had never been received.
        if (pending.key != null && !message.verifyMessageIntegrity(pending.key)) {
            pending.unauthenticatedCode = code;
            drops.accept(TurnDropReason.BAD_INTEGRITY);
            return null;
        }
        transactions.finish(transaction.id());
        if (!isError) {
            return new Answer.Success(pending.request, message);
        }
        return new Answer.Refusal(pending.request, code == 0 ? ErrorCode.SERVER_ERROR.code() : code);
    }

    private @Nullable Answer challenged(Pending pending, int code, StunMessage message, long nowNanos) {
        byte[] nonce = message.get(StunAttributes.NONCE);
        if (nonce != null) {
            authentication.challenged(message.get(StunAttributes.REALM), nonce);
        }
        // RFC 8489 section 9.2.5: with credentials in the request a 401 means that they are wrong.
        boolean isRejected = code == ErrorCode.UNAUTHENTICATED.code()
                && pending.key != null
                && !authentication.useFresh()
                && Arrays.equals(pending.key, authentication.key());
        if (nonce == null || isRejected || pending.attempt >= MAX_ATTEMPTS) {
            return new Answer.Refusal(pending.request, code);
        }
        send(pending.request, pending.attempt + 1, nowNanos);
        return null;
    }

    /** Sends again what is due. Returns the outcome of a request that nobody answered, {@code null} when there is none. */
    @Nullable Answer pollDue(long nowNanos) {
        for (var due = transactions.pollDue(nowNanos); due != null; due = transactions.pollDue(nowNanos)) {
            if (due.hasTimedOut()) {
                return new Answer.Refusal(due.context().request, due.context().unauthenticatedCode);
            }
            out.accept(new TurnOutput.Transmit(due.request()));
        }
        return null;
    }

    /** Forgets every request. */
    void clear() {
        transactions.clear();
    }

    long nextTimeoutNanos() {
        return transactions.nextTimeoutNanos();
    }
}
