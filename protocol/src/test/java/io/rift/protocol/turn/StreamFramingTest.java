package io.rift.protocol.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamFramingTest {

    private static final byte[] STUN = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, new TransactionId(1, 2))
            .add(StunAttributes.SOFTWARE, "abc")
            .encode();

    @Test
    void aStunMessageIsAsLongAsItsHeaderSaysOnceTheMagicCookieIsThere() {
        for (int arrived = 0; arrived < STUN.length; arrived++) {
            ByteBuffer stream = ByteBuffer.wrap(STUN, 0, arrived);
            assertThat(StreamFraming.messageBytes(stream))
                    .as("%s bytes", arrived)
                    .isEqualTo(arrived < StreamFraming.PREFIX_BYTES ? StreamFraming.INCOMPLETE : STUN.length);
            assertThat(stream.remaining()).isEqualTo(arrived);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 4", "1, 8", "3, 8", "4, 8", "5, 12", "1200, 1204", "65535, 65540"})
    @Requirement(
            rfc = 8656,
            section = "12.5",
            text =
                    "Over TCP and TLS a ChannelData message ends at a multiple of four bytes, its length not counting the padding")
    void channelDataIsPaddedToAMultipleOfFour(int length, int messageBytes) {
        ByteBuffer stream = ByteBuffer.allocate(4).putShort((short) 0x4001).putShort((short) length);
        assertThat(StreamFraming.messageBytes(stream.flip())).isEqualTo(messageBytes);
        assertThat(StreamFraming.messageBytes(stream.limit(3))).isEqualTo(StreamFraming.INCOMPLETE);
        assertThat(messageBytes).isLessThan(StreamFraming.MAX_MESSAGE_BYTES);
    }

    @Test
    void messagesAreFoundWhereverTheBufferStarts() {
        ByteBuffer stream = ByteBuffer.allocate(7 + STUN.length + 4).position(7);
        stream.put(STUN).putShort((short) 0x4001).putShort((short) 9).flip().position(7);
        assertThat(StreamFraming.messageBytes(stream)).isEqualTo(STUN.length);
        assertThat(StreamFraming.messageBytes(stream.position(7 + STUN.length))).isEqualTo(16);
    }

    @Test
    void theLongestStunMessageIsTheBound() {
        ByteBuffer stream = ByteBuffer.wrap(STUN.clone()).putShort(2, (short) 0xFFFC);
        assertThat(StreamFraming.messageBytes(stream)).isEqualTo(StreamFraming.MAX_MESSAGE_BYTES);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x80, 0xBF, 0xC0, 0xFF, 'G' | 0x80})
    void whatStartsWithAOneBitIsNoMessage(int first) {
        assertThat(StreamFraming.messageBytes(ByteBuffer.wrap(new byte[] {(byte) first})))
                .isEqualTo(StreamFraming.BROKEN);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 0xFFFF})
    void aStunLengthThatIsNoMultipleOfFourIsBroken(int length) {
        ByteBuffer stream = ByteBuffer.wrap(STUN.clone(), 0, 4).putShort(2, (short) length);
        assertThat(StreamFraming.messageBytes(stream)).isEqualTo(StreamFraming.BROKEN);
    }

    @Test
    void aStunHeaderWithoutTheMagicCookieIsBroken() {
        ByteBuffer stream = ByteBuffer.wrap(STUN.clone()).putInt(4, 0x2112A443);
        assertThat(StreamFraming.messageBytes(stream)).isEqualTo(StreamFraming.BROKEN);
    }
}
