package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.rift.conformance.Requirement;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamMessagesTest {

    private static final byte[] BINDING = StunEncoder.of(
                    MessageClass.REQUEST, StunMethod.BINDING, new TransactionId(1, 2))
            .encode();
    private static final byte[] CHANNEL_DATA = {0x40, 1, 0, 5, 'h', 'e', 'l', 'l', 'o', 0, 0, 0};
    private static final byte[] EMPTY_CHANNEL_DATA = {0x40, 1, 0, 0};

    private final List<byte[]> received = new ArrayList<>();
    private int maxLength = 65_552;
    private boolean broken;
    private boolean refused;
    private int endAfter = Integer.MAX_VALUE;

    private final StreamMessages messages =
            new StreamMessages(UnpooledByteBufAllocator.DEFAULT, new StreamMessages.Receiver() {
                @Override
                public boolean accepts(int length) {
                    refused = length > maxLength;
                    return !refused;
                }

                @Override
                public void message(ByteBuf stream, int length) {
                    received.add(ByteBufUtil.getBytes(stream, stream.readerIndex(), length));
                }

                @Override
                public void broken() {
                    broken = true;
                }

                @Override
                public boolean hasEnded() {
                    return broken || refused || received.size() >= endAfter;
                }
            });

    @AfterEach
    void release() {
        messages.release();
        assertThat(messages.memoryBytes()).isZero();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "6.2.2",
            text = "Over TCP and TLS messages follow each other in the stream without further framing")
    void messagesAreFoundHoweverTheStreamIsCut() {
        byte[] stream = Unpooled.copiedBuffer(BINDING, CHANNEL_DATA, EMPTY_CHANNEL_DATA, EMPTY_CHANNEL_DATA, BINDING)
                .array();
        for (int first = 0; first <= stream.length; first++) {
            for (int second = first; second <= stream.length; second++) {
                received.clear();
                read(stream, 0, first);
                read(stream, first, second);
                read(stream, second, stream.length);
                assertThat(received)
                        .as("cut at %s and %s", first, second)
                        .containsExactly(BINDING, CHANNEL_DATA, EMPTY_CHANNEL_DATA, EMPTY_CHANNEL_DATA, BINDING);
            }
        }
        received.clear();
        for (int i = 0; i < stream.length; i++) {
            read(stream, i, i + 1);
        }
        assertThat(received).hasSize(5);
    }

    @Test
    void memoryGrowsWithWhatHasArrivedAndNotWithWhatIsClaimed() {
        read(new byte[] {0x40, 1, (byte) 0xFF, (byte) 0xFF}, 0, 4);
        assertThat(messages.memoryBytes()).isLessThanOrEqualTo(256);
        byte[] thousand = new byte[1000];
        for (int arrived = 1004; arrived < 65_000; arrived += 1000) {
            read(thousand, 0, 1000);
            assertThat(messages.memoryBytes()).isLessThanOrEqualTo(2 * arrived + 256);
        }
        read(new byte[1536], 0, 1536);
        assertThat(received)
                .singleElement()
                .satisfies(message -> assertThat(message).hasSize(65_540));
        assertThat(messages.memoryBytes()).isZero();
    }

    @Test
    void aMessageThatIsRefusedIsNotKept() {
        maxLength = 4096;
        read(new byte[] {0x40, 1, 0x10, 0}, 0, 4);
        assertThat(refused).isTrue();
        assertThat(messages.memoryBytes()).isZero();
    }

    @Test
    void theLengthOfAMessageThatBeganIsCheckedAsSoonAsItIsKnown() {
        maxLength = 4096;
        read(new byte[] {0x40, 1, 0x10}, 0, 3);
        read(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 0, 10);
        assertThat(refused).isTrue();
        assertThat(messages.memoryBytes()).isLessThanOrEqualTo(256);
    }

    @Test
    void nothingIsReadAfterWhatIsNoMessage() {
        read(new byte[] {'G', 'E', 'T', ' ', '/', 0, 0, 0}, 0, 8);
        assertThat(broken)
                .as("G is 0x47, a channel; the length is that of the stream")
                .isFalse();
        messages.release();
        read(new byte[] {(byte) 0x80, 0, 0, 0}, 0, 4);
        assertThat(broken).isTrue();
        read(BINDING, 0, BINDING.length);
        assertThat(received).isEmpty();
    }

    @Test
    void whatFollowsTheLastMessageIsLeft() {
        endAfter = 1;
        ByteBuf both = Unpooled.copiedBuffer(BINDING, new byte[] {'r', 'a', 'w'});
        messages.read(both);
        assertThat(received).containsExactly(BINDING);
        assertThat(both.toString(java.nio.charset.StandardCharsets.US_ASCII)).isEqualTo("raw");
    }

    private void read(byte[] stream, int from, int to) {
        ByteBuf arrived = Unpooled.copiedBuffer(stream, from, to - from);
        messages.read(arrived);
        arrived.release();
    }
}
