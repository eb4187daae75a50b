package io.rift.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * A socket of packet(7) on one network interface: sends Ethernet frames in batches, and receives the IPv4 ones into a
 * ring of memory that the kernel fills. Belongs to one thread.
 */
final class PacketSocket implements AutoCloseable {

    /** Frames of one {@link #send}. */
    static final int MAX_BATCH = 64;

    /** What is kept of a received frame: enough for any control message. */
    static final int SNAP_BYTES = 768;

    private static final int AF_PACKET = 17;
    private static final int SOCK_RAW = 3;
    private static final int ETH_P_IP = 0x0800;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ATTACH_FILTER = 26;
    private static final int SOL_PACKET = 263;
    private static final int PACKET_RX_RING = 5;
    private static final int PACKET_STATISTICS = 6;
    private static final int PACKET_VERSION = 10;
    private static final int PACKET_QDISC_BYPASS = 20;
    private static final int TPACKET_V2 = 1;

    private static final int RING_FRAME_BYTES = 1024;
    private static final int RING_FRAMES = 16_384;
    private static final int RING_BLOCK_BYTES = 1 << 20;

    private static final int STATUS_KERNEL = 0;
    private static final int STATUS_USER = 1;
    private static final int SNAPPED_BYTES = 8;
    private static final int MAC_OFFSET = 12;
    private static final int SECONDS = 16;
    private static final int NANOS = 20;

    private static final int MESSAGE_BYTES = 64; // struct mmsghdr
    private static final int MESSAGE_VECTOR = 16;
    private static final int MESSAGE_VECTOR_COUNT = 24;
    private static final int VECTOR_BYTES = 16; // struct iovec

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT;
    private static final VarHandle STATUS = INT.varHandle();

    /** Takes a received frame. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Called for each frame.
         *
         * @param at where its Ethernet header begins
         * @param bytes how much of it is there, at most {@link #SNAP_BYTES}
         * @param unixNanos when it arrived at the interface
         */
        void frame(MemorySegment ring, long at, int bytes, long unixNanos);
    }

    private final Linux linux = new Linux();
    private final Arena arena = Arena.ofConfined();
    private final int socket;
    private final MemorySegment ring;
    private final MemorySegment messages;
    private final MemorySegment vectors;
    private final byte[] mac;
    private int next;

    /** Opens it on an interface such as {@code eth0}. */
    PacketSocket(String device) {
        Path attributes = Path.of("/sys/class/net", device);
        int index;
        try {
            index = Integer.parseInt(
                    Files.readString(attributes.resolve("ifindex")).strip());
            mac = HexFormat.ofDelimiter(":")
                    .parseHex(Files.readString(attributes.resolve("address")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        socket = linux.socket(AF_PACKET, SOCK_RAW, 0); // nothing is received before the ring is there
        linux.setOption(socket, SOL_PACKET, PACKET_VERSION, ints(TPACKET_V2));
        linux.setOption(socket, SOL_PACKET, PACKET_QDISC_BYPASS, ints(1));
        keepOnly(SNAP_BYTES);
        int blocks = RING_FRAMES / (RING_BLOCK_BYTES / RING_FRAME_BYTES);
        linux.setOption(
                socket, SOL_PACKET, PACKET_RX_RING, ints(RING_BLOCK_BYTES, blocks, RING_FRAME_BYTES, RING_FRAMES));
        ring = linux.map(socket, (long) RING_FRAMES * RING_FRAME_BYTES);
        messages = arena.allocate((long) MAX_BATCH * MESSAGE_BYTES, Long.BYTES);
        vectors = arena.allocate((long) MAX_BATCH * VECTOR_BYTES, Long.BYTES);
        for (int i = 0; i < MAX_BATCH; i++) {
            long vector = vectors.address() + (long) i * VECTOR_BYTES;
            messages.set(LONG, (long) i * MESSAGE_BYTES + MESSAGE_VECTOR, vector);
            messages.set(LONG, (long) i * MESSAGE_BYTES + MESSAGE_VECTOR_COUNT, 1);
        }
        MemorySegment address = arena.allocate(20, Long.BYTES); // struct sockaddr_ll
        address.set(SHORT, 0, (short) AF_PACKET);
        address.set(SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) ETH_P_IP);
        address.set(INT, 4, index);
        linux.bind(socket, address);
    }

    /** A filter program of one instruction: so much of every frame. The kernel copies the rest to nobody. */
    private void keepOnly(int bytes) {
        MemorySegment instruction = arena.allocate(8, Long.BYTES);
        instruction.set(SHORT, 0, (short) 0x06); // BPF_RET | BPF_K
        instruction.set(INT, 4, bytes);
        MemorySegment program = arena.allocate(16, Long.BYTES);
        program.set(SHORT, 0, (short) 1);
        program.set(LONG, 8, instruction.address());
        linux.setOption(socket, SOL_SOCKET, SO_ATTACH_FILTER, program);
    }

    private MemorySegment ints(int... values) {
        return arena.allocateFrom(INT, values);
    }

    /** The interface's own Ethernet address. */
    byte[] mac() {
        return mac.clone();
    }

    /** Makes this frame the i-th of the next batch. */
    void place(int i, MemorySegment frames, long at, int bytes) {
        vectors.set(LONG, (long) i * VECTOR_BYTES, frames.address() + at);
        vectors.set(LONG, (long) i * VECTOR_BYTES + Long.BYTES, bytes);
    }

    /** Sends the first frames of those that were placed; returns how many the kernel took. */
    int send(int count) {
        return count == 0 ? 0 : linux.sendmmsg(socket, messages, count);
    }

    /** Hands over what has arrived, up to one batch; returns how many that were. */
    int receive(Receiver receiver) {
        int received = 0;
        while (received < MAX_BATCH) {
            long at = (long) next * RING_FRAME_BYTES;
            if (((int) STATUS.getAcquire(ring, at) & STATUS_USER) == 0) {
                break;
            }
            long unixNanos = ring.get(INT, at + SECONDS) * 1_000_000_000L + ring.get(INT, at + NANOS);
            int mac = ring.get(SHORT, at + MAC_OFFSET) & 0xFFFF;
            receiver.frame(ring, at + mac, ring.get(INT, at + SNAPPED_BYTES), unixNanos);
            STATUS.setRelease(ring, at, STATUS_KERNEL);
            next = (next + 1) % RING_FRAMES;
            received++;
        }
        return received;
    }

    /** Frames that found the ring full since this was last asked. */
    int overruns() {
        MemorySegment statistics = ints(0, 0);
        linux.option(socket, SOL_PACKET, PACKET_STATISTICS, statistics);
        return statistics.get(INT, 4);
    }

    @Override
    public void close() {
        linux.close(socket);
        arena.close();
    }
}
