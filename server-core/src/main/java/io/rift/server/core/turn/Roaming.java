package io.rift.server.core.turn;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How an allocation follows its client, RFC 8016: the tickets that open it, at most two, and the 5-tuple that the client
 * has asked for and not used yet.
 */
final class Roaming {

    /** Length of a ticket in bytes. */
    static final int TICKET_BYTES = 16;

    /** 128 random bits, which mean something only to whoever made them. */
    record Ticket(long high, long low) {
        static Ticket random(RandomGenerator random) {
            return new Ticket(random.nextLong(), random.nextLong());
        }

        static @Nullable Ticket read(byte @Nullable [] value) {
            if (value == null || value.length != TICKET_BYTES) {
                return null;
            }
            ByteBuffer bytes = ByteBuffer.wrap(value);
            return new Ticket(bytes.getLong(), bytes.getLong());
        }

        byte[] bytes() {
            return ByteBuffer.allocate(TICKET_BYTES).putLong(high).putLong(low).array();
        }

        /** No secret in a log. */
        @Override
        public String toString() {
            return "ticket";
        }
    }

    private @Nullable Ticket current;
    private @Nullable Ticket previous;
    private @Nullable ClientPath next;

    /** The one that was given out last. */
    @Nullable Ticket current() {
        return current;
    }

    /** The one before it, until the client has shown that it received the current one. */
    @Nullable Ticket previous() {
        return previous;
    }

    void change(@Nullable Ticket newCurrent, @Nullable Ticket newPrevious) {
        current = newCurrent;
        previous = newPrevious;
    }

    /**
     * The 5-tuple that the client has asked for last, while nothing has come from there. It is the allocation's own when
     * there was no other one any more.
     */
    @Nullable ClientPath next() {
        return next;
    }

    void expect(@Nullable ClientPath path) {
        next = path;
    }
}
