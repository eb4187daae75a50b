package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.server.core.auth.User;
import io.rift.server.core.quota.AnswerBudget;
import org.jspecify.annotations.Nullable;

/** How to answer a request; outlives the request's bytes. */
final class Reply {
    private static final int UDP_OVER_IPV4_HEADER_BYTES = 28;
    private static final int UDP_OVER_IPV6_HEADER_BYTES = 48;

    private final TransportAddress client;
    private final ServerAddress local;
    private final int method;
    private final TransactionId transactionId;
    private final boolean fingerprint;
    private final @Nullable User signer;
    private final int maxBytes;
    private final boolean budgeted;
    private final long requestedAtNanos;

    private Reply(
            TransportAddress client,
            ServerAddress local,
            int method,
            TransactionId transactionId,
            boolean fingerprint,
            @Nullable User signer,
            int maxBytes,
            boolean budgeted,
            long requestedAtNanos) {
        this.client = client;
        this.local = local;
        this.method = method;
        this.transactionId = transactionId;
        this.fingerprint = fingerprint;
        this.signer = signer;
        this.maxBytes = maxBytes;
        this.budgeted = budgeted;
        this.requestedAtNanos = requestedAtNanos;
    }

    /**
     * To a client that has not signed anything. Over UDP anyone may have forged its address: there the answer is at most
     * twice the request in bytes of IP, so that this server is no amplifier, and draws on a budget.
     */
    static Reply toUnproven(StunMessage request, TransportAddress client, ServerAddress local, long nowNanos) {
        boolean proven = local.transport().provesAddress();
        int headerBytes = headerBytes(client);
        return new Reply(
                client,
                local,
                request.method(),
                request.transactionId(),
                request.hasFingerprint(),
                null,
                proven ? Integer.MAX_VALUE : 2 * (request.length() + headerBytes) - headerBytes,
                !proven,
                nowNanos);
    }

    /** How many bytes IP and UDP put in front of a datagram to this client. */
    static int headerBytes(TransportAddress client) {
        return client.ip().isIpv4() ? UDP_OVER_IPV4_HEADER_BYTES : UDP_OVER_IPV6_HEADER_BYTES;
    }

    /** The same answer between other addresses. */
    Reply between(ServerAddress from, TransportAddress to) {
        return new Reply(to, from, method, transactionId, fingerprint, signer, maxBytes, budgeted, requestedAtNanos);
    }

    /** The same answer to the same client, who is one that this server has had an answer from before. */
    Reply toRecognised() {
        return new Reply(client, local, method, transactionId, fingerprint, signer, maxBytes, false, requestedAtNanos);
    }

    /** The same answer to the same client, who has now proven its address, signed with this user's key. */
    Reply signedFor(User user) {
        return new Reply(
                client, local, method, transactionId, fingerprint, user, Integer.MAX_VALUE, false, requestedAtNanos);
    }

    TransportAddress client() {
        return client;
    }

    ServerAddress local() {
        return local;
    }

    int method() {
        return method;
    }

    TransactionId transactionId() {
        return transactionId;
    }

    /** Whether the request carried FINGERPRINT. */
    boolean hasFingerprint() {
        return fingerprint;
    }

    /** Who signed the request, and how the response is signed; null when it was not authenticated. */
    @Nullable User signer() {
        return signer;
    }

    /** How long the attributes of an answer without MESSAGE-INTEGRITY may be in all. */
    int roomForAttributesBytes() {
        int fingerprintBytes = fingerprint ? StunMessage.ATTRIBUTE_HEADER_BYTES + Integer.BYTES : 0;
        return maxBytes - StunMessage.HEADER_BYTES - fingerprintBytes;
    }

    /** Whether the budget has this many bytes of STUN for the answer, which then are taken; or it needs none. */
    boolean isWithin(AnswerBudget budget, int messageBytes) {
        return !budgeted || budget.take(client.ip(), messageBytes + headerBytes(client), requestedAtNanos);
    }

    /** Whether the budget has as much now; nothing is taken. */
    boolean wouldBeWithin(AnswerBudget budget, int messageBytes) {
        return !budgeted || budget.has(client.ip(), messageBytes + headerBytes(client), requestedAtNanos);
    }

    /** The longest STUN message that may be sent. */
    int maxBytes() {
        return maxBytes;
    }
}
