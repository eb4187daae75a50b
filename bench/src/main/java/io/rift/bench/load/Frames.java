package io.rift.bench.load;

import io.rift.protocol.TransportAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Ethernet frames with a UDP datagram over IPv4 each, in slots of one block of memory. */
final class Frames {

    /** Ethernet, IPv4 and UDP headers in front of a datagram's payload. */
    static final int HEADER_BYTES = 14 + 20 + 8;

    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int SLOT_BYTES = 2048;
    private static final int IP = 14;
    private static final int UDP = 34;
    private static final int UDP_PROTOCOL = 17;
    private static final int TIME_TO_LIVE = 64;

    private final MemorySegment memory;
    private final byte[] from;
    private final byte[] to;

    /**
     * Slots without frames.
     *
     * @param from Ethernet address of the sender
     * @param to of the receiver
     */
    Frames(Arena arena, int slots, byte[] from, byte[] to) {
        this.memory = arena.allocate((long) slots * SLOT_BYTES, Long.BYTES);
        this.from = from;
        this.to = to;
    }

    /** All slots. */
    MemorySegment memory() {
        return memory;
    }

    /** Where the frame of a slot begins. */
    static long at(int slot) {
        return (long) slot * SLOT_BYTES;
    }

    /** Where the payload of its datagram begins. */
    static long payloadAt(int slot) {
        return at(slot) + HEADER_BYTES;
    }

    /**
     * Writes the headers of a datagram into a slot; the payload is the caller's to write.
     *
     * @return the length of the frame
     */
    int write(int slot, TransportAddress source, TransportAddress destination, int payloadBytes) {
        long at = at(slot);
        MemorySegment.copy(to, 0, memory, ValueLayout.JAVA_BYTE, at, to.length);
        MemorySegment.copy(from, 0, memory, ValueLayout.JAVA_BYTE, at + to.length, from.length);
        memory.set(SHORT, at + 12, (short) 0x0800);
        memory.set(SHORT, at + IP, (short) 0x4500);
        memory.set(SHORT, at + IP + 2, (short) (20 + 8 + payloadBytes));
        memory.set(INT, at + IP + 4, 0x4000); // no id, "don't fragment"
        memory.set(SHORT, at + IP + 8, (short) (TIME_TO_LIVE << 8 | UDP_PROTOCOL));
        memory.set(SHORT, at + IP + 10, (short) 0);
        memory.set(INT, at + IP + 12, source.ip().ipv4());
        memory.set(INT, at + IP + 16, destination.ip().ipv4());
        memory.set(SHORT, at + IP + 10, checksum(at + IP));
        memory.set(SHORT, at + UDP, (short) source.port());
        memory.set(SHORT, at + UDP + 2, (short) destination.port());
        memory.set(SHORT, at + UDP + 4, (short) (8 + payloadBytes));
        memory.set(SHORT, at + UDP + 6, (short) 0); // RFC 768: no checksum; between virtual interfaces nobody has one
        return HEADER_BYTES + payloadBytes;
    }

    private short checksum(long header) {
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += memory.get(SHORT, header + i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~((sum & 0xFFFF) + (sum >>> 16));
    }

    /** Whether a received frame holds the beginning of a datagram. */
    static boolean isUdp(MemorySegment frame, long at, int bytes) {
        return bytes >= HEADER_BYTES
                && frame.get(ValueLayout.JAVA_BYTE, at + IP) == 0x45
                && frame.get(ValueLayout.JAVA_BYTE, at + IP + 9) == UDP_PROTOCOL;
    }

    /** The receiver's IPv4 address. */
    static int destination(MemorySegment frame, long at) {
        return frame.get(INT, at + IP + 16);
    }

    /** The length of the datagram's payload, of which not all need be here. */
    static int payloadBytes(MemorySegment frame, long at) {
        return (frame.get(SHORT, at + UDP + 4) & 0xFFFF) - 8;
    }
}
