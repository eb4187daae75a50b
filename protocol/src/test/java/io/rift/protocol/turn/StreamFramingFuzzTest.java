package io.rift.protocol.turn;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;

/** No stream makes the framing throw, stand still or claim more than a message can have; and what is cut out is whole. */
class StreamFramingFuzzTest {

    @FuzzTest
    void aStreamIsCutIntoMessages(byte[] bytes) {
        ByteBuffer stream = ByteBuffer.wrap(bytes);
        int length = StreamFraming.messageBytes(stream);
        while (length > 0 && length <= stream.remaining()) {
            if (length < ChannelData.HEADER_BYTES || length > StreamFraming.MAX_MESSAGE_BYTES || length % 4 != 0) {
                throw new AssertionError("a message of " + length + " bytes");
            }
            ByteBuffer message = stream.slice(stream.position(), length);
            boolean channelData = (message.get(0) & 0xC0) == 0x40;
            int payload = ChannelData.payloadLength(message);
            if (channelData && (payload < 0 || length - ChannelData.HEADER_BYTES - payload > 3)) {
                throw new AssertionError(length + " bytes for a payload of " + payload);
            }
            StunMessage parsed = StunMessage.parse(message);
            if (parsed != null && parsed.length() != length) {
                throw new AssertionError("a STUN message of " + parsed.length() + " bytes in " + length);
            }
            stream.position(stream.position() + length);
            length = StreamFraming.messageBytes(stream);
        }
        boolean told = length != StreamFraming.INCOMPLETE;
        if (!told && stream.remaining() >= StreamFraming.PREFIX_BYTES) {
            throw new AssertionError(stream.remaining() + " bytes and no length");
        }
    }
}
