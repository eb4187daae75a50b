package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.core.auth.Authentication;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Revocations;
import io.rift.server.core.auth.User;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Every STUN message but Send indications: checks it as RFC 8489 section 6.3 says, and hands it to its handler. */
final class ControlPath {
    private Authenticator authenticator;
    private Revocations revocations = Revocations.none();
    private final AllocateHandler allocate;
    private final AllocationRequests requests;
    private final BindingHandler binding;
    private final Set<Integer> knownAttributes;
    private final TcpRelaying tcp;
    private final Responder responder;
    private final TurnCounters counters;

    ControlPath(
            Authenticator authenticator,
            AllocateHandler allocate,
            AllocationRequests requests,
            BindingHandler binding,
            TcpRelaying tcp,
            boolean setsDontFragment,
            Responder responder,
            TurnCounters counters) {
        this.authenticator = authenticator;
        this.allocate = allocate;
        this.requests = requests;
        this.binding = binding;
        this.knownAttributes = setsDontFragment ? KnownAttributes.TYPES_AND_DONT_FRAGMENT : KnownAttributes.TYPES;
        this.tcp = tcp;
        this.responder = responder;
        this.counters = counters;
    }

    /** From now on these are the users. */
    void changeTo(Authenticator changed) {
        authenticator = changed;
    }

    /** From now on these users are refused. */
    void changeTo(Revocations changed) {
        revocations = changed;
    }

    void handle(TransportAddress client, ServerAddress local, ByteBuffer datagram, long nowNanos, long wallSeconds) {
        StunMessage message = StunMessage.parse(datagram);
        if (message == null) {
            counters.drop(DropReason.MALFORMED_STUN);
            return;
        }
        if (message.hasFingerprint() && !message.fingerprintIsValid()) {
            counters.drop(DropReason.WRONG_FINGERPRINT);
            return;
        }
        if (message.is(MessageClass.INDICATION, StunMethod.BINDING)) {
            return; // RFC 8489 section 6.3.2: a keep-alive; nothing is sent back
        }
        if (message.messageClass() != MessageClass.REQUEST || client.port() == 0) {
            counters.drop(DropReason.UNEXPECTED_MESSAGE);
            return;
        }
        Reply reply = Reply.toUnproven(message, client, local, nowNanos);
        switch (message.method()) {
            case StunMethod.BINDING -> {
                if (binding.wantsCredentials(message, local)) {
                    authenticate(message, reply, nowNanos, wallSeconds);
                } else {
                    binding(message, reply);
                }
            }
            case TurnMethod.ALLOCATE, TurnMethod.REFRESH, TurnMethod.CREATE_PERMISSION, TurnMethod.CHANNEL_BIND ->
                authenticate(message, reply, nowNanos, wallSeconds);
            case TurnMethod.CONNECT, TurnMethod.CONNECTION_BIND -> authenticate(message, reply, nowNanos, wallSeconds);
            // RFC 8489 section 6.3: a method that is not supported is "silently discarded"
            default -> counters.drop(DropReason.UNEXPECTED_MESSAGE);
        }
    }

    /** RFC 8489 section 12: Binding needs no credentials, and a MESSAGE-INTEGRITY in it says nothing here. */
    private void binding(StunMessage message, Reply reply) {
        if (hasOnlyKnownAttributes(message, reply)) {
            binding.handle(message, reply);
        }
    }

    /** RFC 8656 section 5: every TURN request is authenticated by the long-term credential mechanism. */
    private void authenticate(StunMessage message, Reply reply, long nowNanos, long wallSeconds) {
        TransportAddress client = reply.client();
        switch (notRevoked(authenticated(message, client, wallSeconds), wallSeconds)) {
            case Authentication.Malformed() -> responder.error(reply, ErrorCode.BAD_REQUEST);
            case Authentication.Challenged(ErrorCode error) -> {
                // Whoever has a nonce of ours keeps being answered while others flood us under forged addresses.
                boolean recognised = authenticator.recognises(message, client, wallSeconds);
                Reply answer = recognised ? reply.toRecognised() : reply;
                if (responder.canChallenge(answer, authenticator.realm())) {
                    byte[] nonce = authenticator.nonce(client, wallSeconds);
                    responder.challenge(answer, error, authenticator.realm(), nonce);
                }
            }
            case Authentication.Accepted accepted -> {
                Reply signed = reply.signedFor(accepted.user());
                // RFC 8489 section 6.3: unknown attributes are looked for "once the authentication checks are done".
                if (hasOnlyKnownAttributes(message, signed)) {
                    dispatch(new Request(message, reply.client(), reply.local(), accepted.user(), signed, nowNanos));
                }
            }
        }
    }

    /**
     * A nonce is good for the address and port that it was issued to, on every transport: else whoever reads along behind
     * the same NAT could send what he has read once more from a connection of his own. A ConnectionBind comes on a new
     * connection and may bring the nonce of the control connection that it belongs to; it does nothing when it is repeated.
     */
    private Authentication authenticated(StunMessage message, TransportAddress client, long wallSeconds) {
        Authentication result = authenticator.authenticate(message, client, wallSeconds);
        boolean stale =
                result instanceof Authentication.Challenged(ErrorCode error) && error.equals(ErrorCode.STALE_NONCE);
        TransportAddress control =
                stale && message.method() == TurnMethod.CONNECTION_BIND ? tcp.control(message, client.ip()) : null;
        return control == null ? result : authenticator.authenticate(message, control, wallSeconds);
    }

    /** A user whose credential was revoked is treated like one who does not have it. */
    private Authentication notRevoked(Authentication result, long wallSeconds) {
        return result instanceof Authentication.Accepted(User user) && revocations.cover(user, wallSeconds)
                ? new Authentication.Challenged(ErrorCode.UNAUTHENTICATED)
                : result;
    }

    private void dispatch(Request request) {
        switch (request.message().method()) {
            case StunMethod.BINDING -> binding.handle(request.message(), request.reply());
            case TurnMethod.ALLOCATE -> allocate.handle(request);
            case TurnMethod.REFRESH -> requests.refresh(request);
            case TurnMethod.CREATE_PERMISSION -> requests.createPermission(request);
            case TurnMethod.CHANNEL_BIND -> requests.channelBind(request);
            case TurnMethod.CONNECT -> tcp.connect(request);
            case TurnMethod.CONNECTION_BIND -> tcp.connectionBind(request);
            default ->
                throw new IllegalStateException(
                        "no handler for method " + request.message().method());
        }
    }

    private boolean hasOnlyKnownAttributes(StunMessage message, Reply reply) {
        List<Integer> unknown = message.unknownComprehensionRequired(
                message.method() == StunMethod.BINDING ? binding.knownAttributes(reply.local()) : knownAttributes);
        if (!unknown.isEmpty()) {
            // RFC 8489 section 6.3.1: "If the request contains one or more unknown comprehension-required attributes,
            // the server replies with an error response with an error code of 420 (Unknown Attribute)"
            responder.unknownAttributes(reply, unknown);
        }
        return unknown.isEmpty();
    }
}
