package io.rift.simulation.network;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What happened to every datagram: the last {@link #KEPT_EVENTS} events for a human reader, and a hash over all of them
 * that tells whether two runs were the same.
 */
public final class Trace {
    /** How many events a trace keeps for {@link #last}. */
    public static final int KEPT_EVENTS = 1_000;

    private static final int MAX_NOTE_LENGTH = 160;

    private final VirtualTime time;
    private final MessageDigest digest = sha256();
    private final Deque<Event> kept = new ArrayDeque<>();
    private long events;

    Trace(VirtualTime time) {
        this.time = time;
    }

    /** Adds a remark of a driver, such as a message of the rendezvous. */
    public void note(String place, String text) {
        add(new Note(time.elapsedNanos(), place, text));
        update(place);
        update(text);
    }

    /** How many events there were. */
    public long events() {
        return events;
    }

    /** SHA-256 over every event so far, payloads included, in hexadecimal. */
    public String hash() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 cannot be cloned", e);
        }
    }

    /** The last events, one a line. */
    public String last(int count) {
        return kept.stream()
                .skip(Math.max(0, kept.size() - count))
                .map(Event::line)
                .collect(Collectors.joining("\n"));
    }

    void add(String place, Fate fate, Datagram datagram) {
        add(new Packet(time.elapsedNanos(), place, fate, datagram));
        update(place);
        update(fate.name());
        update(datagram.source());
        update(datagram.destination());
        update(datagram.payload());
    }

    private void add(Event event) {
        events++;
        if (kept.size() == KEPT_EVENTS) {
            kept.removeFirst();
        }
        kept.addLast(event);
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, event.elapsedNanos()));
    }

    private void update(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private void update(TransportAddress address) {
        digest.update(ByteBuffer.allocate(2 * Long.BYTES + Integer.BYTES)
                .putLong(address.ip().high())
                .putLong(address.ip().low())
                .putInt(address.port())
                .flip());
    }

    private void update(ByteBuffer payload) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, payload.remaining()));
        digest.update(payload);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private sealed interface Event {
        long elapsedNanos();

        String line();
    }

    private record Packet(long elapsedNanos, String place, Fate fate, Datagram datagram) implements Event {
        @Override
        public String line() {
            return String.format(
                    Locale.ROOT,
                    "%s  %-16s %-10s %21s -> %-21s %s",
                    stamp(elapsedNanos),
                    place,
                    fate,
                    datagram.source(),
                    datagram.destination(),
                    PacketSummary.of(datagram.payload()));
        }
    }

    private record Note(long elapsedNanos, String place, String text) implements Event {
        @Override
        public String line() {
            String shown = text.length() <= MAX_NOTE_LENGTH ? text : text.substring(0, MAX_NOTE_LENGTH) + "...";
            return String.format(Locale.ROOT, "%s  %-16s %s", stamp(elapsedNanos), place, shown);
        }
    }

    private static String stamp(long elapsedNanos) {
        return String.format(Locale.ROOT, "%12.3f ms", elapsedNanos / 1e6);
    }
}
