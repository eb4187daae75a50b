package io.rift.bench.load;

import io.rift.bench.process.CpuTime;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.ChannelData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * One stream of data through a server, of all its clients in turn: as much as it takes with a bounded number of packets
 * on their way, or at a constant rate.
 */
final class Flood {

    private static final int MAGIC = 0x52494654;
    private static final int STAMP_BYTES = 16; // magic, number of the flood, time
    private static final long STALL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long DRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final int MAX_PACED_BATCH = 8;
    private static int floods;

    private final PacketSocket socket;
    private final Frames frames;
    private final int flows;
    private final int number = ++floods;
    private final int dataOffset;
    private final int receivedOffset;
    private final int receivedBytes;
    private final boolean toClients;
    private final int[] frameBytes;
    private final Histogram latency = new Histogram();
    private long unixMinusNano;
    private int nextFlow;
    private long sent;
    private long received;
    private long mangled;

    /**
     * Prepares the frames.
     *
     * @param arena for their memory
     * @param payloadBytes application data of each packet
     */
    Flood(Arena arena, PacketSocket socket, Subscribers subscribers, byte[] serverMac, Mode mode, int payloadBytes) {
        if (payloadBytes < STAMP_BYTES) {
            throw new IllegalArgumentException("a payload has at least " + STAMP_BYTES + " bytes, not " + payloadBytes);
        }
        this.socket = socket;
        flows = subscribers.clients().size();
        frames = new Frames(arena, flows, socket.mac(), serverMac);
        frameBytes = new int[flows];
        toClients = mode != Mode.CLIENT_TO_PEER;
        boolean fromClients = mode != Mode.PEER_TO_CLIENT;
        dataOffset = Frames.HEADER_BYTES + (fromClients ? ChannelData.HEADER_BYTES : 0);
        receivedOffset = Frames.HEADER_BYTES + (toClients ? ChannelData.HEADER_BYTES : 0);
        receivedBytes = payloadBytes + (toClients ? ChannelData.HEADER_BYTES : 0);
        int channel = mode == Mode.RELAY_TO_RELAY ? Client.PARTNER_CHANNEL : Client.PEER_CHANNEL;
        for (Client client : subscribers.clients()) {
            int slot = client.index();
            if (fromClients) {
                frameBytes[slot] = frames.write(
                        slot, client.address(), subscribers.server(), ChannelData.HEADER_BYTES + payloadBytes);
                long header = Frames.payloadAt(slot);
                frames.memory().set(Frames.SHORT, header, (short) channel);
                frames.memory().set(Frames.SHORT, header + 2, (short) payloadBytes);
            } else {
                TransportAddress relayed = client.relayed();
                frameBytes[slot] = frames.write(slot, client.peer(), relayed, payloadBytes);
            }
        }
    }

    /** Sends whenever fewer than {@code window} packets are on their way. */
    FloodResult saturate(CpuTime cpu, int window, long nanos) {
        begin();
        CpuTime.Sample before = cpu.sample();
        long startNanos = System.nanoTime();
        long now = startNanos;
        long progressNanos = startNanos;
        long receivedBefore = received;
        long outstanding = 0;
        while (now - startNanos < nanos) {
            long got = receive();
            now = System.nanoTime();
            if (got > 0) {
                outstanding = Math.max(0, outstanding - got);
                progressNanos = now;
            } else if (outstanding > 0 && now - progressNanos > STALL_NANOS) {
                outstanding = 0; // they are lost
                progressNanos = now;
            }
            int room = (int) Math.min(window - outstanding, Math.min(flows, PacketSocket.MAX_BATCH));
            if (room > 0) {
                outstanding += send(room, now);
            }
        }
        return finish(cpu, before, startNanos, received - receivedBefore);
    }

    /** Sends so many packets a second. */
    FloodResult pace(CpuTime cpu, double packetsPerSecond, long nanos) {
        begin();
        CpuTime.Sample before = cpu.sample();
        long startNanos = System.nanoTime();
        long now = startNanos;
        while (now - startNanos < nanos) {
            receive();
            now = System.nanoTime();
            long due = (long) ((now - startNanos) * packetsPerSecond / 1e9) - sent;
            if (due > 0) {
                send((int) Math.min(due, Math.min(flows, MAX_PACED_BATCH)), now);
            }
        }
        return finish(cpu, before, startNanos, received);
    }

    private void begin() {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 100; i++) { // the reading that was disturbed least
            long before = System.nanoTime();
            Instant unix = Instant.now();
            long after = System.nanoTime();
            if (after - before < best) {
                best = after - before;
                unixMinusNano = unix.getEpochSecond() * 1_000_000_000L + unix.getNano() - (before + after) / 2;
            }
        }
        socket.overruns();
    }

    private FloodResult finish(CpuTime cpu, CpuTime.Sample before, long startNanos, long receivedInTime) {
        CpuTime.Sample after = cpu.sample();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        long drainNanos = System.nanoTime();
        while (System.nanoTime() - drainNanos < DRAIN_NANOS) {
            if (receive() > 0) {
                drainNanos = System.nanoTime();
            }
        }
        return new FloodResult(
                seconds,
                sent,
                received,
                receivedInTime,
                mangled,
                socket.overruns(),
                after.runSecondsSince(before),
                after.waitSecondsSince(before),
                latency.quantileMicros(0.5),
                latency.quantileMicros(0.99));
    }

    private int send(int count, long nowNanos) {
        long stamp = nowNanos + unixMinusNano;
        MemorySegment memory = frames.memory();
        for (int i = 0; i < count; i++) {
            int slot = (nextFlow + i) % flows;
            long data = Frames.at(slot) + dataOffset;
            memory.set(Frames.INT, data, MAGIC);
            memory.set(Frames.INT, data + 4, number);
            memory.set(Frames.LONG, data + 8, stamp);
            socket.place(i, memory, Frames.at(slot), frameBytes[slot]);
        }
        int taken = socket.send(count);
        nextFlow = (nextFlow + taken) % flows;
        sent += taken;
        return taken;
    }

    private long receive() {
        long before = received + mangled;
        socket.receive(this::received);
        return received + mangled - before;
    }

    private void received(MemorySegment ring, long at, int bytes, long unixNanos) {
        if (!Frames.isUdp(ring, at, bytes)
                || bytes < receivedOffset + STAMP_BYTES
                || ring.get(Frames.INT, at + receivedOffset + 4) != number) {
            return;
        }
        if (Frames.payloadBytes(ring, at) != receivedBytes
                || ring.get(Frames.INT, at + receivedOffset) != MAGIC
                || Client.isClient(Frames.destination(ring, at)) != toClients) {
            mangled++;
            return;
        }
        received++;
        latency.add(unixNanos - ring.get(Frames.LONG, at + receivedOffset + 8));
    }
}
