package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.server.core.turn.Roaming.Ticket;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * RFC 8016: lets a client take its allocation along to another 5-tuple. A ticket opens an allocation only for the user
 * that made it, and no state is kept for one that opens nothing. An allocation that moves stays the same one in every
 * table, so that it counts for its user as before.
 */
final class Mobility {
    private final MobilityConfig config;
    private final Allocations allocations;
    private final DeadlineHeap deadlines;
    private final Responder responder;
    private final RandomGenerator random;

    Mobility(
            MobilityConfig config,
            Allocations allocations,
            DeadlineHeap deadlines,
            Responder responder,
            RandomGenerator random) {
        this.config = config;
        this.allocations = allocations;
        this.deadlines = deadlines;
        this.responder = responder;
        this.random = random;
    }

    /** Section 3.1.2: why an Allocate request that asks for mobility is refused, or null. */
    static @Nullable ErrorCode allocateRefusal(StunMessage message, MobilityConfig config) {
        if (!message.has(TurnAttributes.MOBILITY_TICKET)) {
            return null;
        }
        // "If the MOBILITY-TICKET attribute is included and has a nonzero length, then the server will generate an
        // error response with an error code of 400 (Bad Request)."
        byte[] ticket = message.get(TurnAttributes.MOBILITY_TICKET);
        if (ticket == null || ticket.length > 0) {
            return ErrorCode.BAD_REQUEST;
        }
        // "... but TURN session mobility is forbidden by local policy, the server will reject the request with the new
        // error code 405 (Mobility Forbidden)." The connections of RFC 6062 cannot be moved.
        Integer transport = message.get(TurnAttributes.REQUESTED_TRANSPORT);
        boolean forbidden = !config.allowed() || transport == null || transport != TurnAttributes.UDP;
        return forbidden ? ErrorCode.MOBILITY_FORBIDDEN : null;
    }

    /** The first ticket of an allocation, or null if it stays where it is. */
    byte @Nullable [] firstTicket(Allocation allocation) {
        Roaming roaming = allocation.roaming();
        return roaming == null ? null : issue(allocation, roaming, null);
    }

    private byte[] issue(Allocation allocation, Roaming roaming, @Nullable Ticket previous) {
        Ticket fresh = Ticket.random(random);
        allocations.give(allocation, roaming, fresh, previous);
        return fresh.bytes();
    }

    /** Section 3.2.2: the allocation that a ticket opens; null when the request was answered. */
    @Nullable Allocation allocation(Request request) {
        if (!config.allowed()) {
            return refuse(request, ErrorCode.MOBILITY_FORBIDDEN);
        }
        Allocation here = allocations.get(request.client(), request.local());
        boolean repeated = here != null
                && here.user().isSameAs(request.user())
                && here.refreshResponse(request.message().transactionId()) != null;
        if (repeated) {
            return here;
        }
        Ticket ticket = Ticket.read(request.message().get(TurnAttributes.MOBILITY_TICKET));
        if (ticket == null) {
            return refuse(request, ErrorCode.BAD_REQUEST);
        }
        // "If this 5-tuple obtained does not identify an existing allocation, then the server MUST reject the request
        // with a 437 (Allocation Mismatch) error." So it does where the client has another allocation already.
        Allocation allocation = allocations.opened(ticket);
        Roaming roaming = allocation == null ? null : allocation.roaming();
        if (allocation == null || roaming == null || (here != null && here != allocation)) {
            return refuse(request, ErrorCode.ALLOCATION_MISMATCH);
        }
        // "... MESSAGE-INTEGRITY validation to identify that it is the same user that had previously created the TURN
        // allocation. If the above check is not successful, then the server MUST reject the request with a 441 (Wrong
        // Credentials) error."
        if (!allocation.user().isSameAs(request.user())) {
            return refuse(request, ErrorCode.WRONG_CREDENTIALS);
        }
        // "If the source IP address and port of the Refresh request ... is same as the stored 5-tuple allocation, then
        // the TURN server rejects the request with a 400 (Bad Request) error."
        if (here != null && !mayMoveHere(roaming, ticket, request)) {
            return refuse(request, ErrorCode.BAD_REQUEST);
        }
        return allocation;
    }

    private static boolean mayMoveHere(Roaming roaming, Ticket ticket, Request request) {
        ClientPath next = roaming.next();
        boolean expected = next != null && next.is(request.client(), request.local());
        if (expected) {
            // Who comes with the ticket before has not received the response with the current one.
            return ticket.equals(roaming.previous());
        }
        // Back where it was before: a move only for who has the ticket of the move away from there.
        return next != null && ticket.equals(roaming.current());
    }

    private @Nullable Allocation refuse(Request request, ErrorCode error) {
        responder.error(request.reply(), error);
        return null;
    }

    /**
     * Makes the 5-tuple of a good Refresh request with a ticket the next one of its allocation. "The server then updates
     * its state data with the new client IP address and port but does not discard the old 5-tuple from its state data."
     *
     * @return the ticket for the response
     */
    byte @Nullable [] move(Allocation allocation, Request request) {
        Roaming roaming = allocation.roaming();
        Ticket used = Ticket.read(request.message().get(TurnAttributes.MOBILITY_TICKET));
        if (roaming == null || used == null) {
            return null;
        }
        ClientPath next = roaming.next();
        Ticket current = roaming.current();
        if (used.equals(roaming.previous()) && current != null) {
            if (next != null && next.is(request.client(), request.local())) {
                return current.bytes(); // the response with this ticket was lost
            }
            // The client never heard of the move before this one.
            forgetNext(allocation, roaming);
        } else if (next != null) {
            settle(allocation); // who has the ticket of a move has been there
        }
        ClientPath path = new ClientPath(request.client(), request.local());
        allocations.add(path, allocation);
        roaming.expect(path);
        if (allocation.isAdrift()) {
            allocations.land(allocation, path);
            for (Relay relay : allocation.relays()) {
                deadlines.schedule(relay, relay.expiryNanos());
            }
        }
        return issue(allocation, roaming, used);
    }

    private void forgetNext(Allocation allocation, Roaming roaming) {
        ClientPath next = roaming.next();
        if (next != null && next != allocation.path()) {
            allocations.remove(next);
        }
        roaming.expect(null);
    }

    /**
     * A message of the client has come: its allocation goes to the 5-tuple that it asked for if it came from there. "...
     * until it receives a Send indication or ChannelData message from the client on the new 5-tuple ... the TURN server
     * discards the old ticket and the old 5-tuple associated with the old ticket from its state data." Signed requests
     * count, too, as some clients listen first; but not the Refresh that asks for the move.
     */
    void follow(Allocation allocation, TransportAddress client, ServerAddress local) {
        ClientPath next = allocation.next();
        if (next != null && next.is(client, local)) {
            settle(allocation);
        }
    }

    private void settle(Allocation allocation) {
        Roaming roaming = allocation.roaming();
        ClientPath next = roaming == null ? null : roaming.next();
        if (roaming != null && next != null) {
            allocations.moveTo(allocation, next);
            roaming.expect(null);
            allocations.give(allocation, roaming, roaming.current(), null);
        }
    }

    /**
     * The connection of a client has ended, and its allocation might outlive it.
     *
     * @return whether it does
     */
    boolean survives(Allocation allocation, TransportAddress client, ServerAddress local, long nowNanos) {
        Roaming roaming = allocation.roaming();
        if (roaming == null) {
            return false;
        }
        ClientPath next = roaming.next();
        if (next != null && next != allocation.path()) {
            if (next.is(client, local)) {
                forgetNext(allocation, roaming); // both tickets stay good: who knows which one the client has
            } else {
                // "... or a message from the client to close the old connection (e.g., a TLS fatal alert or TCP RST)."
                allocations.moveTo(allocation, next);
            }
            return true;
        }
        if (allocations.adrift() >= config.maxAdrift()) {
            return false;
        }
        roaming.expect(null);
        allocations.setAdrift(allocation);
        long endNanos = nowNanos + TimeUnit.SECONDS.toNanos(config.graceSeconds());
        for (Relay relay : allocation.relays()) {
            if (relay.atNanos() - endNanos > 0) {
                deadlines.schedule(relay, endNanos);
            }
        }
        return true;
    }
}
