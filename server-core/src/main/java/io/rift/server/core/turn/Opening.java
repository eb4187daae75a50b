package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.turn.AddressError;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An Allocate request that waits for its relay sockets: one, with EVEN-PORT and the R bit two neighbours, or with
 * ADDITIONAL-ADDRESS-FAMILY one of each family, one after the other. It ends at its deadline.
 */
final class Opening extends Deadline {

    /** How long the shell may take to open all the sockets. */
    static final int TIMEOUT_SECONDS = 10;

    private final Allocation allocation;
    private final Reply reply;
    private final int lifetimeSeconds;
    private final long requestedAtNanos;
    private final Ports ports;
    private final int tries;
    private final Queue<Relay> waiting;
    private Relay current;
    private int triesLeft;
    private @Nullable RelaySocket awaited;
    private @Nullable Account place;
    private @Nullable Reservation reservation;
    private @Nullable AddressError failure;

    /** Which ports the client asked for. */
    enum Ports {
        ANY,
        /** EVEN-PORT without the R bit. */
        EVEN,
        /** EVEN-PORT with the R bit: an even port, and the next higher one reserved. */
        EVEN_AND_NEXT
    }

    /**
     * An opening of the first of these relays.
     *
     * @param failure the family that is out of the question, if there is one
     * @param tries how many ports to try for each
     */
    Opening(
            Allocation allocation,
            List<Relay> relays,
            @Nullable AddressError failure,
            Reply reply,
            int lifetimeSeconds,
            long requestedAtNanos,
            Ports ports,
            int tries) {
        this.allocation = allocation;
        this.reply = reply;
        this.lifetimeSeconds = lifetimeSeconds;
        this.requestedAtNanos = requestedAtNanos;
        this.ports = ports;
        this.tries = tries;
        this.triesLeft = tries;
        this.waiting = new ArrayDeque<>(relays);
        this.current = waiting.remove();
        this.failure = failure;
    }

    Allocation allocation() {
        return allocation;
    }

    Reply reply() {
        return reply;
    }

    /** Of the allocation, from {@link #requestedAtNanos} on: until then at the latest the credentials were checked. */
    int lifetimeSeconds() {
        return lifetimeSeconds;
    }

    long requestedAtNanos() {
        return requestedAtNanos;
    }

    Ports ports() {
        return ports;
    }

    /** The relay whose socket is being opened. */
    Relay relay() {
        return current;
    }

    /** Goes on with the next relay. False if this was the last. */
    boolean advance() {
        Relay next = waiting.poll();
        if (next == null) {
            return false;
        }
        current = next;
        triesLeft = tries;
        return true;
    }

    /** Whether another port may be tried; each question uses up one try. */
    boolean useTry() {
        return triesLeft-- > 0;
    }

    void await(@Nullable RelaySocket socket) {
        awaited = socket;
    }

    @Nullable RelaySocket awaited() {
        return awaited;
    }

    /** A place for the neighbour is taken, before it is open. */
    void holds(Account forNeighbour) {
        place = forNeighbour;
    }

    /** Gives away that place; null when there is none, or it was given away before. */
    @Nullable Account takePlace() {
        Account taken = place;
        place = null;
        return taken;
    }

    void reserved(Reservation neighbour) {
        reservation = neighbour;
    }

    /** The neighbour of an even port, once it is open. */
    @Nullable Reservation reservation() {
        return reservation;
    }

    /** A family cannot be had. */
    void failed(IpAddress.Family family, ErrorCode error) {
        failure = new AddressError(family, error);
    }

    /** What ADDRESS-ERROR-CODE shall say, or null. */
    @Nullable AddressError failure() {
        return failure;
    }
}
