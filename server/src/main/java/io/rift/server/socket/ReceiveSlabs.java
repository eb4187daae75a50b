package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;
import java.util.ArrayDeque;

/**
 * The receive memory of one shard. Belongs to its event loop: every socket of a shard reads and writes there, so blocks
 * are taken and given back on one thread. Last in, first out keeps the block that is used all the time in the cache.
 */
final class ReceiveSlabs {

    /** What may wait for sockets whose send buffer is full; beyond it a shard drops instead of queueing. */
    static final int MAX_IN_USE_BYTES = 16 * 1024 * 1024;

    private static final int MAX_IDLE_BYTES = 2 * 1024 * 1024;

    private final int slotCount;
    private final int maxIdle;
    private final int maxInUse;
    private final ArrayDeque<ReceiveSlab> idle = new ArrayDeque<>();
    private int inUse;
    private boolean closed;

    /**
     * No memory yet.
     *
     * @param slotCount datagrams per system call
     */
    ReceiveSlabs(int slotCount) {
        this.slotCount = slotCount;
        maxIdle = MAX_IDLE_BYTES / ReceiveSlab.bytes(slotCount);
        maxInUse = MAX_IN_USE_BYTES / ReceiveSlab.bytes(slotCount);
    }

    /** How a socket gets memory to read into. */
    RecvByteBufAllocator forReading() {
        return Reading::new;
    }

    /** Whether so much waits for sockets to take it that nothing more may be queued. */
    boolean areExhausted() {
        return inUse > maxInUse;
    }

    int inUse() {
        return inUse;
    }

    private ByteBuf take() {
        inUse++;
        ReceiveSlab slab = idle.pollLast();
        if (slab == null) {
            return new ReceiveSlab(this, slotCount);
        }
        slab.renew();
        return slab;
    }

    /** Whether the block is kept; otherwise it has to be freed. */
    boolean takeBack(ReceiveSlab slab) {
        inUse--;
        if (closed || idle.size() >= maxIdle) {
            return false;
        }
        idle.addLast(slab);
        return true;
    }

    /** Frees what is idle, and from now on every block as it comes back. */
    void close() {
        closed = true;
        idle.forEach(ReceiveSlab::free);
        idle.clear();
    }

    /** One socket's reads: goes on as long as every call was filled, up to a bound that keeps other sockets served. */
    private final class Reading implements RecvByteBufAllocator.ExtendedHandle {

        private static final int MAX_PER_TURN = 128;

        private int readThisCall;
        private int readThisTurn;
        private int lastBytes;
        private int attemptedBytes;

        @Override
        public ByteBuf allocate(ByteBufAllocator ignored) {
            readThisCall = 0;
            return take();
        }

        @Override
        public int guess() {
            return ReceiveSlab.bytes(slotCount);
        }

        @Override
        public void reset(ChannelConfig config) {
            readThisTurn = 0;
        }

        @Override
        public void incMessagesRead(int messages) {
            readThisCall += messages;
            readThisTurn += messages;
        }

        @Override
        public void lastBytesRead(int bytes) {
            lastBytes = bytes;
        }

        @Override
        public int lastBytesRead() {
            return lastBytes;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attemptedBytes = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attemptedBytes;
        }

        @Override
        public boolean continueReading() {
            return readThisCall >= slotCount && readThisTurn < MAX_PER_TURN;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreDataSupplier) {
            return continueReading();
        }

        @Override
        public void readComplete() {}
    }
}
