package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.rift.server.core.turn.TurnServer;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What Netty's epoll transport does with receive memory, done by hand. */
class ReceiveSlabTest {

    private static final int SLOTS = 3;

    private final ReceiveSlabs slabs = new ReceiveSlabs(SLOTS);

    @Test
    void everyDatagramHasRoomInFrontAndBehind() {
        for (ByteBuf datagram : receive(3, 1, 700, ReceiveSlab.MAX_DATAGRAM_BYTES)) {
            ByteBuffer view = datagram.internalNioBuffer(datagram.readerIndex(), datagram.readableBytes());
            assertThat(view.position()).isGreaterThanOrEqualTo(TurnServer.HEADROOM_BYTES);
            assertThat(view.capacity() - view.limit()).isGreaterThanOrEqualTo(TurnServer.TAILROOM_BYTES);
            datagram.release();
        }
    }

    @Test
    void aHeaderInFrontOfOneDatagramLeavesItsNeighboursAlone() {
        List<ByteBuf> datagrams = receive(3, 100, ReceiveSlab.MAX_DATAGRAM_BYTES, 100);
        ByteBuf second = datagrams.get(1);
        second.setZero(second.readerIndex() - TurnServer.HEADROOM_BYTES, TurnServer.HEADROOM_BYTES);
        second.setZero(second.writerIndex(), TurnServer.TAILROOM_BYTES);
        for (int i = 0; i < 3; i++) {
            ByteBuf datagram = datagrams.get(i);
            int expected = i + 1;
            datagram.forEachByte(value -> {
                assertThat(value).isEqualTo((byte) expected);
                return true;
            });
            datagram.release();
        }
    }

    @Test
    void aDatagramThatFillsItsSlotIsSeenToBeTooLarge() {
        for (int length : List.of(ReceiveSlab.MAX_DATAGRAM_BYTES + 1, ReceiveSlab.SLOT_BYTES)) {
            ByteBuf datagram = receive(1, length).getFirst();
            assertThat(datagram.readableBytes()).isGreaterThan(ReceiveSlab.MAX_DATAGRAM_BYTES);
            datagram.release();
        }
    }

    @Test
    void memoryIsUsedAgainWhenItsLastDatagramHasLeft() {
        List<ByteBuf> first = receive(2, 10, 10);
        assertThat(slabs.inUse()).isEqualTo(1);
        first.get(0).release();
        ByteBuf meanwhile = receive(1, 10).getFirst();
        assertThat(slabs.inUse()).isEqualTo(2);
        first.get(1).release();
        meanwhile.release();
        assertThat(slabs.inUse()).isZero();

        List<ByteBuf> again = receive(2, 10, 10);
        assertThat(again.getFirst()).as("the last one given back comes first").isSameAs(meanwhile);
        again.forEach(ByteBuf::release);
        assertThat(slabs.inUse()).isZero();
    }

    @Test
    void tooMuchMemoryInUseIsNoticed() {
        List<ByteBuf> waiting = new ArrayList<>();
        while (!slabs.areExhausted()) {
            waiting.addAll(receive(1, 10));
            assertThat((long) waiting.size() * ReceiveSlab.bytes(SLOTS))
                    .isLessThan(ReceiveSlabs.MAX_IN_USE_BYTES + ReceiveSlab.bytes(SLOTS));
        }
        waiting.forEach(ByteBuf::release);
        assertThat(slabs.areExhausted()).isFalse();
    }

    @Test
    void onlySoMuchMemoryLiesIdle() {
        int many = 2 * 2 * 1024 * 1024 / ReceiveSlab.bytes(SLOTS);
        Set<ByteBuf> first = blocks(many);
        first.forEach(ByteBuf::release);
        Set<ByteBuf> second = blocks(many);
        long again = second.stream().filter(first::contains).count();
        second.forEach(ByteBuf::release);

        assertThat(again * ReceiveSlab.bytes(SLOTS)).isBetween(1024L * 1024, 2L * 1024 * 1024);
    }

    private Set<ByteBuf> blocks(int count) {
        Set<ByteBuf> blocks = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < count; i++) {
            blocks.add(slabs.forReading().newHandle().allocate(UnpooledByteBufAllocator.DEFAULT));
        }
        return blocks;
    }

    @Test
    void oneSocketReadsOnlySoMuchBeforeTheOthers() {
        var reading = (RecvByteBufAllocator.ExtendedHandle) slabs.forReading().newHandle();
        reading.reset(new DefaultChannelConfig(new EmbeddedChannel()));
        int datagrams = 0;
        do {
            reading.allocate(UnpooledByteBufAllocator.DEFAULT).release();
            reading.incMessagesRead(SLOTS);
            datagrams += SLOTS;
        } while (reading.continueReading() && datagrams < 10_000);

        assertThat(datagrams).isBetween(128, 128 + SLOTS);
    }

    @Test
    void memoryThatComesBackAfterTheEndIsFreed() {
        ByteBuf datagram = receive(1, 10).getFirst();
        slabs.close();
        datagram.release();
        assertThat(slabs.inUse()).isZero();
    }

    /** As EpollDatagramChannel.scatteringRead: fill from the writer index in steps, cut at the reader index, skip. */
    private List<ByteBuf> receive(int count, int... lengths) {
        ByteBuf slab = slabs.forReading().newHandle().allocate(UnpooledByteBufAllocator.DEFAULT);
        assertThat(slab.writableBytes() / ReceiveSlab.SLOT_BYTES).isEqualTo(SLOTS);
        int start = slab.writerIndex();
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < lengths[i]; j++) {
                slab.setByte(start + i * ReceiveSlab.SLOT_BYTES + j, i + 1);
            }
        }
        slab.writerIndex(start + count * ReceiveSlab.SLOT_BYTES);
        List<ByteBuf> datagrams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            datagrams.add(slab.retainedSlice(slab.readerIndex(), lengths[i]));
            slab.skipBytes(ReceiveSlab.SLOT_BYTES);
        }
        slab.release();
        return datagrams;
    }
}
