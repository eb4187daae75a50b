package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Brings allocations to life: has the shell open a relay socket on a random port, or on an even one and its neighbour,
 * tries others when that fails, and sends the response.
 */
final class RelayOpener {
    private final TurnServerConfig config;
    private final Allocations allocations;
    private final DeadlineHeap deadlines;
    private final RelayPorts ports;
    private final RelaySockets sockets;
    private final Responder responder;
    private final TurnCounters counters;
    private final RandomGenerator random;

    RelayOpener(
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

    /** Opens a socket, or two, for a new allocation, and answers the request when that has worked or failed. */
    void open(Allocation allocation, Request request, Opening.Ports wanted) {
        allocations.add(allocation);
        Opening opening = new Opening(
                allocation,
                request.reply(),
                Lifetime.desiredSeconds(request, config),
                wanted,
                config.relaySocketTries());
        allocation.opens(opening);
        deadlines.schedule(allocation, request.nowNanos() + TimeUnit.SECONDS.toNanos(Opening.TIMEOUT_SECONDS));
        tryPort(opening);
    }

    /** Gives a new allocation the socket that was reserved for it. */
    void takeOver(Allocation allocation, Request request, Reservation reservation) {
        allocations.remove(reservation);
        allocations.add(allocation);
        goLive(
                allocation,
                request.reply(),
                Lifetime.desiredSeconds(request, config),
                reservation.socket(),
                reservation.relayed(),
                null,
                request.nowNanos());
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
        abandon(opening);
        // RFC 8656 section 19: 508 "could be due to the server having no more relayed transport addresses available"
        responder.error(opening.reply(), ErrorCode.INSUFFICIENT_CAPACITY);
    }

    /** Ends an allocation that nobody waits for any more. */
    void abandon(Opening opening) {
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
