package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Allocate requests, RFC 8656 section 7.2: from the request over the opening of the relay socket to the response. */
final class AllocateHandler {
    private final TurnServerConfig config;
    private final Allocations allocations;
    private final DeadlineHeap deadlines;
    private final RelayPorts ports;
    private final RelaySockets sockets;
    private final Responder responder;
    private final TurnCounters counters;
    private final RandomGenerator random;

    AllocateHandler(
            TurnServerConfig config,
            Allocations allocations,
            DeadlineHeap deadlines,
            RelayPorts ports,
            RelaySockets sockets,
            Responder responder,
            TurnCounters counters,
            RandomGenerator random) {
        this.config = config;
        this.allocations = allocations;
        this.deadlines = deadlines;
        this.ports = ports;
        this.sockets = sockets;
        this.responder = responder;
        this.counters = counters;
        this.random = random;
    }

    void handle(Request request) {
        Allocation existing = allocations.get(request.client(), request.local());
        if (existing != null) {
            handleForExisting(existing, request);
            return;
        }
        Reservation reservation = reservation(request);
        ErrorCode refusal = refusal(request, reservation);
        if (refusal != null) {
            responder.error(request.reply(), refusal);
            return;
        }
        Allocation allocation = new Allocation(
                new ClientPath(request.client(), request.local()),
                request.user(),
                request.message().transactionId());
        if (reservation == null) {
            allocations.add(allocation);
            open(allocation, request);
        } else {
            allocations.remove(reservation);
            allocations.add(allocation);
            goLive(
                    allocation,
                    request.reply(),
                    Lifetime.desiredSeconds(request.message(), config),
                    reservation.socket(),
                    reservation.relayed(),
                    null,
                    request.nowNanos());
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
        boolean ownedByUser = reservation != null
                && reservation.user().name().equals(request.user().name());
        return ownedByUser ? reservation : null;
    }

    /** The checks of RFC 8656 section 7.2 from step 3 on, in their order; null when the request is good. */
    private @Nullable ErrorCode refusal(Request request, @Nullable Reservation reservation) {
        StunMessage message = request.message();
        // "If the REQUESTED-TRANSPORT attribute is not included or is malformed, the server rejects the request with a
        // 400 (Bad Request) error. Otherwise, if the attribute is included but specifies a protocol that is not
        // supported by the server, the server rejects the request with a 442 (Unsupported Transport Protocol) error."
        Integer transport = message.get(TurnAttributes.REQUESTED_TRANSPORT);
        if (transport == null) {
            return ErrorCode.BAD_REQUEST;
        }
        if (transport != TurnAttributes.UDP) {
            return ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL;
        }
        if (message.has(TurnAttributes.RESERVATION_TOKEN)) {
            // "If yes, and the request also contains an EVEN-PORT or REQUESTED-ADDRESS-FAMILY or
            // ADDITIONAL-ADDRESS-FAMILY attribute, the server rejects the request with a 400 (Bad Request) error."
            if (message.has(TurnAttributes.EVEN_PORT) || message.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY)) {
                return ErrorCode.BAD_REQUEST;
            }
            // "If the token is not valid for some reason, the server rejects the request with a 508 (Insufficient
            // Capacity) error."
            if (reservation == null) {
                return ErrorCode.INSUFFICIENT_CAPACITY;
            }
        }
        if (message.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY)) {
            Integer family = message.get(TurnAttributes.REQUESTED_ADDRESS_FAMILY);
            if (family == null) {
                return ErrorCode.BAD_REQUEST;
            }
            // "If the server does not support the address family requested by the client in REQUESTED-ADDRESS-FAMILY
            // ..., it MUST generate an Allocate error response, and it MUST include an ERROR-CODE attribute with the
            // 440
            // (Address Family not Supported) response code."
            if (family != IpAddress.Family.IPV4.code()) {
                return ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED;
            }
        }
        if (isMalformed(message, TurnAttributes.EVEN_PORT) || isMalformed(message, TurnAttributes.LIFETIME)) {
            return ErrorCode.BAD_REQUEST;
        }
        // "At any point, the server MAY choose to reject the request with a 486 (Allocation Quota Reached) error ...
        // The server is free to define this allocation quota any way it wishes, but SHOULD define it based on the
        // username used to authenticate the request and not on the client's transport address."
        int more = reservation != null ? 0 : wantedPorts(message) == Opening.Ports.EVEN_AND_NEXT ? 2 : 1;
        if (!allocations.fitsQuota(request.user(), more)) {
            return ErrorCode.ALLOCATION_QUOTA_REACHED;
        }
        return allocations.fits(more) ? null : ErrorCode.INSUFFICIENT_CAPACITY;
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

    private void open(Allocation allocation, Request request) {
        Opening opening = new Opening(
                allocation,
                request.reply(),
                Lifetime.desiredSeconds(request.message(), config),
                wantedPorts(request.message()),
                config.relaySocketTries());
        allocation.opens(opening);
        deadlines.schedule(allocation, request.nowNanos() + TimeUnit.SECONDS.toNanos(Opening.TIMEOUT_SECONDS));
        tryPort(opening);
    }

    private void tryPort(Opening opening) {
        int port = opening.useTry() ? ports.take(opening.ports()) : RelayPorts.NONE;
        if (port == RelayPorts.NONE) {
            giveUp(opening);
        } else {
            opening.await(sockets.open(port, opening));
        }
    }

    /** Ends an allocation whose relay socket did not open. */
    void giveUp(Opening opening) {
        RelaySocket awaited = opening.awaited();
        if (awaited != null) {
            releaseNeighbour(opening, awaited);
            sockets.close(awaited);
        }
        RelaySocket first = opening.first();
        if (first != null) {
            sockets.close(first);
        }
        allocations.remove(opening.allocation());
        // RFC 8656 section 19: 508 "could be due to the server having no more relayed transport addresses available"
        responder.error(opening.reply(), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    void socketOpened(RelaySocket socket, TransportAddress relayed, long nowNanos) {
        Opening opening = socket.opening();
        if (opening == null) {
            requireUnanswered(socket);
            sockets.close(socket);
            return;
        }
        socket.changeTo(RelaySocket.State.OPEN);
        opening.await(null);
        RelaySocket first = opening.first();
        TransportAddress firstRelayed = opening.firstRelayed();
        if (first != null && firstRelayed != null) {
            Reservation reservation = reserve(opening.allocation(), socket, relayed, nowNanos);
            goLive(opening, first, firstRelayed, reservation, nowNanos);
        } else if (opening.ports() == Opening.Ports.EVEN_AND_NEXT) {
            opening.keepFirst(socket, relayed);
            opening.await(sockets.open(socket.port() + 1, opening));
        } else {
            goLive(opening, socket, relayed, null, nowNanos);
        }
    }

    void socketFailed(RelaySocket socket) {
        Opening opening = socket.opening();
        if (opening == null) {
            requireUnanswered(socket);
            sockets.failed(socket);
            return;
        }
        releaseNeighbour(opening, socket);
        sockets.failed(socket);
        opening.await(null);
        RelaySocket first = opening.first();
        if (first != null) {
            sockets.close(first);
            opening.keepFirst(null, null);
        }
        tryPort(opening);
    }

    private static void requireUnanswered(RelaySocket socket) {
        if (socket.state() != RelaySocket.State.ABANDONED) {
            throw new IllegalStateException("the outcome of opening " + socket + " was told before");
        }
    }

    /** Gives back the port next to an even one, for which no socket was asked yet. */
    private void releaseNeighbour(Opening opening, RelaySocket socket) {
        if (opening.ports() == Opening.Ports.EVEN_AND_NEXT && opening.first() == null) {
            ports.release(socket.port() + 1);
        }
    }

    private Reservation reserve(Allocation allocation, RelaySocket socket, TransportAddress relayed, long nowNanos) {
        long token = random.nextLong();
        while (allocations.reservation(token) != null) {
            token = random.nextLong();
        }
        Reservation reservation = new Reservation(token, allocation.user(), socket, relayed);
        allocations.add(reservation);
        deadlines.schedule(reservation, nowNanos + TimeUnit.SECONDS.toNanos(Reservation.LIFETIME_SECONDS));
        return reservation;
    }

    private void goLive(
            Opening opening,
            RelaySocket socket,
            TransportAddress relayed,
            @Nullable Reservation reservation,
            long nowNanos) {
        goLive(
                opening.allocation(),
                opening.reply(),
                opening.lifetimeSeconds(),
                socket,
                relayed,
                reservation,
                nowNanos);
    }

    private void goLive(
            Allocation allocation,
            Reply reply,
            int lifetimeSeconds,
            RelaySocket socket,
            TransportAddress relayed,
            @Nullable Reservation reservation,
            long nowNanos) {
        ByteBuffer response = responder.success(reply, encoder -> {
            encoder.add(TurnAttributes.XOR_RELAYED_ADDRESS, relayed)
                    .add(TurnAttributes.LIFETIME, (long) lifetimeSeconds)
                    .add(StunAttributes.XOR_MAPPED_ADDRESS, allocation.path().client());
            return reservation == null
                    ? encoder
                    : encoder.add(TurnAttributes.RESERVATION_TOKEN, reservation.tokenBytes());
        });
        allocation.goLive(socket, response);
        counters.allocations++;
        deadlines.schedule(allocation, nowNanos + TimeUnit.SECONDS.toNanos(lifetimeSeconds));
    }
}
