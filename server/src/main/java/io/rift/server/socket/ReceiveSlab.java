package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.rift.server.core.turn.TurnServer;
import java.nio.ByteBuffer;

/**
 * A block of memory for one {@code recvmmsg}: slots of equal size, in which a datagram starts behind
 * {@link TurnServer#HEADROOM_BYTES} of room and leaves {@link TurnServer#TAILROOM_BYTES} behind it.
 *
 * <p>Netty fills the block from its writer index on in steps of {@link #SLOT_BYTES} and cuts each datagram out with
 * {@link #retainedSlice}, which answers here with the {@link Slot} that lies around the datagram, so that a header can
 * still be written in front. Slots live as long as their block, so cutting allocates nothing. When the last datagram
 * has left, the block returns to its {@link ReceiveSlabs}.
 */
final class ReceiveSlab extends UnpooledDirectByteBuf {

    /** From one datagram to the next. */
    static final int SLOT_BYTES = 2048;

    /** The largest datagram that is taken; a larger one is dropped. Above what any path with an MTU of 1,500 carries. */
    static final int MAX_DATAGRAM_BYTES = SLOT_BYTES - TurnServer.HEADROOM_BYTES - TurnServer.TAILROOM_BYTES;

    private final ReceiveSlabs owner;
    private final Slot[] slots;

    ReceiveSlab(ReceiveSlabs owner, int slotCount) {
        super(UnpooledByteBufAllocator.DEFAULT, bytes(slotCount), bytes(slotCount));
        this.owner = owner;
        slots = new Slot[slotCount];
        for (int i = 0; i < slotCount; i++) {
            slots[i] = new Slot(this, nioBuffer(i * SLOT_BYTES, SLOT_BYTES));
        }
        empty();
    }

    /** Its size: the kernel may fill all of the step that follows the last slot's headroom. */
    static int bytes(int slotCount) {
        return TurnServer.HEADROOM_BYTES + slotCount * SLOT_BYTES;
    }

    private void empty() {
        setIndex(TurnServer.HEADROOM_BYTES, TurnServer.HEADROOM_BYTES);
    }

    /** Ready for the next read, with one reference. */
    void renew() {
        resetRefCnt();
        empty();
    }

    /** The slot of the datagram at this index. One that is too large for its slot is cut, and still seen to be. */
    @Override
    public ByteBuf retainedSlice(int index, int length) {
        retain();
        Slot slot = slots[(index - TurnServer.HEADROOM_BYTES) / SLOT_BYTES];
        slot.holdDatagram(length);
        return slot;
    }

    @Override
    protected void deallocate() {
        if (!owner.takeBack(this)) {
            free();
        }
    }

    void free() {
        super.deallocate();
    }

    /** One datagram's place. Its references are counted by themselves; all together are one of the block's. */
    private static final class Slot extends UnpooledDirectByteBuf {

        private final ReceiveSlab slab;

        Slot(ReceiveSlab slab, ByteBuffer memory) {
            super(UnpooledByteBufAllocator.DEFAULT, memory, SLOT_BYTES);
            this.slab = slab;
        }

        void holdDatagram(int length) {
            resetRefCnt();
            setIndex(TurnServer.HEADROOM_BYTES, Math.min(TurnServer.HEADROOM_BYTES + length, SLOT_BYTES));
        }

        @Override
        protected void deallocate() {
            slab.release();
        }
    }
}
