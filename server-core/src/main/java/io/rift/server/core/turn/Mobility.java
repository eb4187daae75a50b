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
        // A ticket that is not empty gets 400.
        byte[] ticket = message.get(TurnAttributes.MOBILITY_TICKET);
        if (ticket == null || ticket.length > 0) {
            return ErrorCode.BAD_REQUEST;
        }
        // Where mobility is forbidden by local policy, the request gets 405 (Mobility Forbidden). The connections of
        // RFC 6062 cannot be moved.
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
        // A ticket that leads to no allocation gets 437 (Allocation Mismatch). So it does where the client has another
        // allocation already.
        Allocation allocation = allocations.opened(ticket);
        Roaming roaming = allocation == null ? null : allocation.roaming();
        if (allocation == null || roaming == null || (here != null && here != allocation)) {
            return refuse(request, ErrorCode.ALLOCATION_MISMATCH);
        }
        // The request has to be signed by the user that made the allocation, otherwise it gets 441 (Wrong Credentials).
        if (!allocation.user().isSameAs(request.user())) {
            return refuse(request, ErrorCode.WRONG_CREDENTIALS);
        }
        // From where the allocation is already, the request gets 400.
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
     * Makes the 5-tuple of a good Refresh request with a ticket the next one of its allocation. Section 3.2.2: the old one
     * is not discarded yet.
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
     * A message of the client has come: its allocation goes to the 5-tuple that it asked for if it came from there.
     * Section 3.2.2: with a Send indication or ChannelData from the new 5-tuple, the old one and its ticket are discarded.
     * Signed requests count, too, as some clients listen first; but not the Refresh that asks for the move.
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
                // The end of the old connection completes a move as well.
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
