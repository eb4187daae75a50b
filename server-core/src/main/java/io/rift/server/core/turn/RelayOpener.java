package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.turn.AddressError;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings allocations to life: has the shell open relay sockets on random ports, or on an even one and its neighbour,
 * tries others when that fails, and sends the response.
 */
final class RelayOpener {
    private final TurnServerConfig config;
    private final Allocations allocations;
    private final DeadlineHeap deadlines;
    private final RelaySockets sockets;
    private final Mobility mobility;
    private final Responder responder;
    private final TurnCounters counters;
    private final RandomGenerator random;

    RelayOpener(
            TurnServerConfig config,
            Allocations allocations,
            DeadlineHeap deadlines,
            RelaySockets sockets,
            Mobility mobility,
            Responder responder,
            TurnCounters counters,
            RandomGenerator random) {
        this.config = config;
        this.allocations = allocations;
        this.deadlines = deadlines;
        this.sockets = sockets;
        this.mobility = mobility;
        this.responder = responder;
        this.counters = counters;
        this.random = random;
    }

    /** Opens a socket, or two, for a new allocation, and answers the request when that has worked or failed. */
    void open(Allocation allocation, Request request, RequestedFamilies families, Opening.Ports wanted) {
        List<Relay> relays = families.served().stream()
                .map(family -> new Relay(allocation, family))
                .toList();
        allocations.add(allocation, relays);
        Opening opening = new Opening(
                allocation,
                relays,
                families.unserved(),
                request.reply(),
                Lifetime.desiredSeconds(request, config),
                request.nowNanos(),
                wanted,
                config.relaySocketTries());
        if (wanted == Opening.Ports.EVEN_AND_NEXT) {
            opening.holds(allocations.occupy(allocation.user()));
        }
        allocation.opens(opening);
        deadlines.schedule(opening, after(request.nowNanos(), Opening.TIMEOUT_SECONDS));
        tryPort(opening, request.nowNanos());
    }

    /** Gives a new allocation the socket that was reserved for it. */
    void takeOver(Allocation allocation, Request request, Reservation reservation) {
        RelaySocket socket = reservation.socket();
        allocations.remove(reservation);
        Relay relay = new Relay(allocation, socket.family());
        allocations.add(allocation, List.of(relay));
        relay.opened(socket, reservation.relayed());
        int lifetimeSeconds = Lifetime.desiredSeconds(request, config);
        long expiryNanos = after(request.nowNanos(), lifetimeSeconds);
        goLive(allocation, request.reply(), expiryNanos, null, null, request.nowNanos());
    }

    private void tryPort(Opening opening, long nowNanos) {
        Relay relay = opening.relay();
        int port = opening.useTry() ? sockets.takePort(relay.family(), opening.ports()) : RelayPorts.NONE;
        if (port == RelayPorts.NONE) {
            // RFC 8656 section 19: 508 "could be due to the server having no more relayed transport addresses
            // available"
            opening.failed(relay.family(), ErrorCode.INSUFFICIENT_CAPACITY);
            next(opening, nowNanos);
        } else {
            opening.await(sockets.open(relay.family(), port, opening));
        }
    }

    private void next(Opening opening, long nowNanos) {
        if (opening.advance()) {
            tryPort(opening, nowNanos);
        } else {
            finish(opening, nowNanos);
        }
    }

    /** The shell took too long: the client gets what is open. */
    void timedOut(Opening opening, long nowNanos) {
        closeAwaited(opening);
        do {
            opening.failed(opening.relay().family(), ErrorCode.INSUFFICIENT_CAPACITY);
        } while (opening.advance());
        finish(opening, nowNanos);
    }

    /** Ends an allocation that nobody waits for any more. */
    void abandon(Opening opening) {
        closeAwaited(opening);
        deadlines.cancel(opening);
        vacatePlace(opening);
        allocations.remove(opening.allocation());
    }

    /** The neighbour that a place was taken for does not come, unless it has. */
    private void vacatePlace(Opening opening) {
        Account place = opening.takePlace();
        if (place != null) {
            allocations.vacate(place);
        }
    }

    private void closeAwaited(Opening opening) {
        RelaySocket awaited = opening.awaited();
        if (awaited != null) {
            opening.await(null);
            releaseNeighbour(opening, awaited);
            sockets.close(awaited);
            closeFirst(opening.relay());
        }
    }

    /** Closes the socket on an even port whose neighbour did not open. */
    private void closeFirst(Relay relay) {
        RelaySocket first = relay.socket();
        if (first != null) {
            relay.closed();
            sockets.close(first);
        }
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
        Relay relay = opening.relay();
        if (relay.socket() != null) {
            opening.reserved(reserve(opening, socket, relayed, nowNanos));
            next(opening, nowNanos);
            return;
        }
        relay.opened(socket, relayed);
        if (opening.ports() == Opening.Ports.EVEN_AND_NEXT) {
            opening.await(sockets.open(socket.family(), socket.port() + 1, opening));
        } else {
            next(opening, nowNanos);
        }
    }

    void socketFailed(RelaySocket socket, long nowNanos) {
        Opening opening = socket.opening();
        if (opening == null) {
            requireUnanswered(socket);
            sockets.failed(socket);
            return;
        }
        releaseNeighbour(opening, socket);
        sockets.failed(socket);
        opening.await(null);
        closeFirst(opening.relay());
        tryPort(opening, nowNanos);
    }

    private static void requireUnanswered(RelaySocket socket) {
        if (socket.state() != RelaySocket.State.ABANDONED) {
            throw new IllegalStateException("the outcome of opening " + socket + " was told before");
        }
    }

    /** Gives back the port next to an even one, for which no socket was asked yet. */
    private void releaseNeighbour(Opening opening, RelaySocket socket) {
        if (opening.ports() == Opening.Ports.EVEN_AND_NEXT && opening.relay().socket() == null) {
            sockets.releasePort(socket.family(), socket.port() + 1);
        }
    }

    private Reservation reserve(Opening opening, RelaySocket socket, TransportAddress relayed, long nowNanos) {
        long token = random.nextLong();
        while (allocations.reservation(token) != null) {
            token = random.nextLong();
        }
        Reservation reservation = new Reservation(token, opening.allocation().user(), socket, relayed);
        allocations.add(reservation, Objects.requireNonNull(opening.takePlace(), "no place for a reservation"));
        deadlines.schedule(reservation, after(nowNanos, Reservation.LIFETIME_SECONDS));
        return reservation;
    }

    /** Every socket is open or out of reach. One of two suffices. */
    private void finish(Opening opening, long nowNanos) {
        Allocation allocation = opening.allocation();
        deadlines.cancel(opening);
        vacatePlace(opening);
        for (Relay relay : allocation.relays()) {
            if (relay.socket() == null) {
                allocations.remove(relay);
            }
        }
        long expiryNanos = after(opening.requestedAtNanos(), opening.lifetimeSeconds());
        boolean tooLate = expiryNanos - nowNanos <= 0;
        if (tooLate) {
            close(allocation, opening.reservation());
        }
        if (allocation.relays().isEmpty()) {
            responder.error(opening.reply(), ErrorCode.INSUFFICIENT_CAPACITY);
        } else {
            goLive(allocation, opening.reply(), expiryNanos, opening.reservation(), opening.failure(), nowNanos);
        }
    }

    /** The credentials that were good when it was requested have expired while the shell opened sockets. */
    private void close(Allocation allocation, @Nullable Reservation neighbour) {
        if (neighbour != null) {
            allocations.remove(neighbour);
            sockets.close(neighbour.socket());
        }
        allocations.remove(allocation);
    }

    private void goLive(
            Allocation allocation,
            Reply reply,
            long expiryNanos,
            @Nullable Reservation reservation,
            @Nullable AddressError failure,
            long nowNanos) {
        byte[] ticket = mobility.firstTicket(allocation);
        // Sockets may have taken their time, and no allocation outlives the credentials that were good when it was
        // requested.
        long leftSeconds = Math.ceilDiv(expiryNanos - nowNanos, TimeUnit.SECONDS.toNanos(1));
        ByteBuffer response = responder.success(reply, encoder -> {
            for (Relay relay : allocation.relays()) {
                TransportAddress relayed = relay.address();
                if (relayed != null) {
                    encoder.add(TurnAttributes.XOR_RELAYED_ADDRESS, relayed);
                }
            }
            encoder.add(TurnAttributes.LIFETIME, leftSeconds)
                    .add(StunAttributes.XOR_MAPPED_ADDRESS, allocation.path().client());
            if (failure != null) {
                encoder.add(TurnAttributes.ADDRESS_ERROR_CODE, failure);
            }
            if (ticket != null) {
                encoder.add(TurnAttributes.MOBILITY_TICKET, ticket);
            }
            return reservation == null
                    ? encoder
                    : encoder.add(TurnAttributes.RESERVATION_TOKEN, reservation.tokenBytes());
        });
        allocation.goLive(response);
        counters.allocations++;
        for (Relay relay : allocation.relays()) {
            relay.expiresAt(expiryNanos);
            deadlines.schedule(relay, relay.expiryNanos());
        }
    }

    private static long after(long nowNanos, long seconds) {
        return nowNanos + TimeUnit.SECONDS.toNanos(seconds);
    }
}
