package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.User;
import io.rift.server.core.quota.AnswerBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.function.UnaryOperator;

/** Writes the responses and counts them. */
final class Responder {
    private static final int CHALLENGE_BYTES_WITHOUT_REALM = StunMessage.HEADER_BYTES
            + 4 * StunMessage.ATTRIBUTE_HEADER_BYTES
            + 4 // ERROR-CODE without a phrase
            + Nonces.NONCE_BYTES
            + 4; // PASSWORD-ALGORITHMS with one that has no parameters

    private final Queue<TurnCommand> commands;
    private final TurnCounters counters;
    private final AnswerBudget budget;
    private final String software;

    Responder(Queue<TurnCommand> commands, TurnCounters counters, AnswerBudget budget, String software) {
        this.commands = commands;
        this.counters = counters;
        this.budget = budget;
        this.software = software;
    }

    /** Sends a success response with these attributes, and answers its bytes. */
    ByteBuffer success(Reply reply, UnaryOperator<StunEncoder> attributes) {
        byte[] message = encode(reply, attributes.apply(begin(reply, MessageClass.SUCCESS_RESPONSE)));
        send(reply, message, TurnCounters.SUCCESS);
        return ByteBuffer.wrap(message);
    }

    /** Sends a success response without attributes of its own. */
    void success(Reply reply) {
        success(reply, encoder -> encoder);
    }

    /** Sends the bytes of an earlier response once more. */
    void repeat(Reply reply, ByteBuffer response) {
        commands.add(new TurnCommand.SendToClient(reply.local(), reply.client(), response.duplicate()));
        count(reply, TurnCounters.SUCCESS);
    }

    /** Sends an error response. */
    void error(Reply reply, ErrorCode error) {
        error(reply, error, encoder -> encoder);
    }

    /**
     * Whether the budget has enough for the shortest challenge, counted as a drop if not. Asked before one is made, so
     * that a flood pays for no nonce that is thrown away.
     */
    boolean canChallenge(Reply reply, String realm) {
        int realmBytes = (realm.length() + 3) & ~3; // or more, in UTF-8
        boolean can = reply.wouldBeWithin(budget, CHALLENGE_BYTES_WITHOUT_REALM + realmBytes);
        if (!can) {
            counters.drop(DropReason.ANSWER_BUDGET);
        }
        return can;
    }

    /** Sends 401 or 438 with what the client needs for its next attempt. */
    void challenge(Reply reply, ErrorCode error, String realm, byte[] nonce) {
        error(
                reply,
                error,
                encoder -> encoder.add(StunAttributes.REALM, realm)
                        .add(StunAttributes.NONCE, nonce)
                        .add(StunAttributes.PASSWORD_ALGORITHMS, Authenticator.PASSWORD_ALGORITHMS));
    }

    /** Sends 300, RFC 8489 section 10. */
    void tryAlternate(Reply reply, TransportAddress alternate, String domain) {
        error(reply, ErrorCode.TRY_ALTERNATE, encoder -> {
            encoder.add(StunAttributes.ALTERNATE_SERVER, alternate);
            return domain.isEmpty() ? encoder : encoder.add(StunAttributes.ALTERNATE_DOMAIN, domain);
        });
    }

    /** Sends 420. */
    void unknownAttributes(Reply reply, List<Integer> types) {
        error(reply, ErrorCode.UNKNOWN_ATTRIBUTE, encoder -> encoder.add(StunAttributes.UNKNOWN_ATTRIBUTES, types));
    }

    private void error(Reply reply, ErrorCode error, UnaryOperator<StunEncoder> attributes) {
        byte[] message = encodeError(reply, error, attributes);
        if (message.length > reply.maxBytes()) {
            // The reason phrase is for people; programs go by the number.
            message = encodeError(reply, new ErrorCode(error.code(), ""), attributes);
        }
        if (message.length > reply.maxBytes()) {
            counters.drop(DropReason.AMPLIFICATION);
            return;
        }
        send(reply, message, error.code());
    }

    private byte[] encodeError(Reply reply, ErrorCode error, UnaryOperator<StunEncoder> attributes) {
        StunEncoder encoder = begin(reply, MessageClass.ERROR_RESPONSE).add(StunAttributes.ERROR_CODE, error);
        return encode(reply, attributes.apply(encoder));
    }

    private static StunEncoder begin(Reply reply, MessageClass messageClass) {
        return StunEncoder.of(messageClass, reply.method(), reply.transactionId());
    }

    private byte[] encode(Reply reply, StunEncoder encoder) {
        User signer = reply.signer();
        if (signer == null) {
            return reply.hasFingerprint() ? encoder.encodeWithFingerprint() : encoder.encode();
        }
        if (!software.isEmpty()) {
            encoder.add(StunAttributes.SOFTWARE, software);
        }
        // RFC 8489 section 9.2.4: the key is that of the request, and its algorithm, not the attribute that signed the
        // request, decides which attribute signs the response.
        encoder.sign(signer.responseIntegrity(), signer.integrityKey());
        return reply.hasFingerprint() ? encoder.encodeWithFingerprint() : encoder.encode();
    }

    private void send(Reply reply, byte[] message, int code) {
        if (!reply.isWithin(budget, message.length)) {
            counters.drop(DropReason.ANSWER_BUDGET);
            return;
        }
        commands.add(new TurnCommand.SendToClient(reply.local(), reply.client(), ByteBuffer.wrap(message)));
        count(reply, code);
    }

    private void count(Reply reply, int code) {
        if (reply.method() == TurnMethod.ALLOCATE) {
            counters.allocateResult(code);
        } else if (reply.method() == StunMethod.BINDING && code == TurnCounters.SUCCESS) {
            counters.bindingResponses++;
        }
    }
}
