package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Allocate requests, RFC 8656 section 7.2: decides whether there shall be an allocation; {@link RelayOpener} makes it. */
final class AllocateHandler {
    private final TurnServerConfig config;
    private final Allocations allocations;
    private final RelayOpener opener;
    private final Responder responder;
    private final TurnCounters counters;
    private AlternateServers alternates = AlternateServers.NONE;

    AllocateHandler(
            TurnServerConfig config,
            Allocations allocations,
            RelayOpener opener,
            Responder responder,
            TurnCounters counters) {
        this.config = config;
        this.allocations = allocations;
        this.opener = opener;
        this.responder = responder;
        this.counters = counters;
    }

    void redirect(AlternateServers servers) {
        alternates = servers;
    }

    void handle(Request request) {
        Allocation existing = allocations.get(request.client(), request.local());
        if (existing != null) {
            handleForExisting(existing, request);
            return;
        }
        if (isMalformed(request.message(), TurnAttributes.RESERVATION_TOKEN)) {
            responder.error(request.reply(), ErrorCode.BAD_REQUEST);
            return;
        }
        Reservation reservation = reservation(request);
        // RFC 8489 section 10, after authentication, so that the client can trust it. No other server has the port that
        // was reserved here.
        TransportAddress alternate =
                reservation != null ? null : alternates.of(request.client().ip().family());
        if (alternate != null) {
            responder.tryAlternate(request.reply(), alternate, alternates.domain());
            return;
        }
        RequestedFamilies families = RequestedFamilies.of(request.message(), config.relayFamilies());
        ErrorCode refusal = refusal(request, reservation, families);
        if (refusal != null) {
            responder.error(request.reply(), refusal);
            return;
        }
        Allocation allocation = new Allocation(
                new ClientPath(request.client(), request.local()),
                request.user(),
                request.message().transactionId(),
                allocations.hashKey());
        Integer transport = request.message().get(TurnAttributes.REQUESTED_TRANSPORT);
        if (transport != null && transport == TurnAttributes.TCP) {
            allocation.relayTcp();
        }
        if (request.message().has(TurnAttributes.MOBILITY_TICKET)) {
            allocation.roam();
        }
        if (reservation == null) {
            opener.open(allocation, request, families, wantedPorts(request.message()));
        } else {
            opener.takeOver(allocation, request, reservation);
        }
    }

    private void handleForExisting(Allocation existing, Request request) {
        boolean retransmission = existing.allocateId().equals(request.message().transactionId())
                && existing.user().name().equals(request.user().name());
        if (!retransmission) {
            // RFC 8656 section 7.2 step 2: "The server checks if the 5-tuple is currently in use by an existing
            // allocation. If yes, the server rejects the request with a 437 (Allocation Mismatch) error."
            responder.error(request.reply(), ErrorCode.ALLOCATION_MISMATCH);
            return;
        }
        ByteBuffer response = existing.response();
        if (response == null) {
            counters.drop(DropReason.ANSWER_PENDING);
        } else {
            responder.repeat(request.reply(), response);
        }
    }

    private @Nullable Reservation reservation(Request request) {
        byte[] token = request.message().get(TurnAttributes.RESERVATION_TOKEN);
        Reservation reservation = token == null
                ? null
                : allocations.reservation(ByteBuffer.wrap(token).getLong());
        // Whoever overhears a token must not take the port with it.
        boolean ownedByUser = reservation != null && reservation.user().isSameAs(request.user());
        return ownedByUser ? reservation : null;
    }

    /** The checks of RFC 8656 section 7.2 from step 3 on, in their order; null when the request is good. */
    private @Nullable ErrorCode refusal(
            Request request, @Nullable Reservation reservation, RequestedFamilies families) {
        StunMessage message = request.message();
        // "If the REQUESTED-TRANSPORT attribute is not included or is malformed, the server rejects the request with a
        // 400 (Bad Request) error. Otherwise, if the attribute is included but specifies a protocol that is not
        // supported by the server, the server rejects the request with a 442 (Unsupported Transport Protocol) error."
        Integer transport = message.get(TurnAttributes.REQUESTED_TRANSPORT);
        if (transport == null) {
            return ErrorCode.BAD_REQUEST;
        }
        if (transport == TurnAttributes.TCP) {
            ErrorCode refusal = TcpRelaying.allocateRefusal(request, config.tcpRelay());
            if (refusal != null) {
                return refusal;
            }
        } else if (transport != TurnAttributes.UDP) {
            return ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL;
        }
        ErrorCode immobile = Mobility.allocateRefusal(message, config.mobility());
        if (immobile != null) {
            return immobile;
        }
        if (message.has(TurnAttributes.RESERVATION_TOKEN)) {
            // "If yes, and the request also contains an EVEN-PORT or REQUESTED-ADDRESS-FAMILY or
            // ADDITIONAL-ADDRESS-FAMILY attribute, the server rejects the request with a 400 (Bad Request) error."
            if (message.has(TurnAttributes.EVEN_PORT)
                    || message.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY)
                    || message.has(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY)) {
                return ErrorCode.BAD_REQUEST;
            }
            // "If the token is not valid for some reason, the server rejects the request with a 508 (Insufficient
            // Capacity) error."
            if (reservation == null) {
                return ErrorCode.INSUFFICIENT_CAPACITY;
            }
        }
        if (isMalformed(message, TurnAttributes.EVEN_PORT)
                || isMalformed(message, TurnAttributes.LIFETIME)
                || RequestedFamilies.areMalformed(message)) {
            return ErrorCode.BAD_REQUEST;
        }
        // "If the server does not support the address family requested by the client in REQUESTED-ADDRESS-FAMILY ...,
        // it MUST generate an Allocate error response, and it MUST include an ERROR-CODE attribute with the 440
        // (Address Family not Supported) response code."
        if (reservation == null && families.served().isEmpty()) {
            return ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
        }
        // "At any point, the server MAY choose to reject the request with a 486 (Allocation Quota Reached) error ...
        // The server is free to define this allocation quota any way it wishes, but it SHOULD define it based on the
        // username used to authenticate the request and not on the client's transport address." What was reserved has
        // its place already, also where the quota has become smaller since.
        if (reservation != null) {
            return null;
        }
        boolean pair = wantedPorts(message) == Opening.Ports.EVEN_AND_NEXT;
        int more = pair ? 2 : families.served().size();
        Quota excess = allocations.excess(request.user(), more);
        if (excess == null) {
            return null;
        }
        counters.refuse(excess);
        return excess == Quota.ALLOCATIONS_OF_USER
                ? ErrorCode.ALLOCATION_QUOTA_REACHED
                : ErrorCode.INSUFFICIENT_CAPACITY;
    }

    private static boolean isMalformed(StunMessage message, StunAttribute<?> attribute) {
        return message.has(attribute) && message.get(attribute) == null;
    }

    private static Opening.Ports wantedPorts(StunMessage message) {
        Boolean reserveNext = message.get(TurnAttributes.EVEN_PORT);
        if (reserveNext == null) {
            return Opening.Ports.ANY;
        }
        return reserveNext ? Opening.Ports.EVEN_AND_NEXT : Opening.Ports.EVEN;
    }
}
