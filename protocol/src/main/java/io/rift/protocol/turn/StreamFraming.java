package io.rift.protocol.turn;

import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;

/**
 * Where the messages of a TCP or TLS connection end. RFC 8656 section 12.5: STUN messages and ChannelData messages
 * follow each other, the first two bits tell which is which, and the length field is where both have it.
 *
 * <p>Lengths are 16 bits wide, so no message is longer than {@link #MAX_MESSAGE_BYTES}. A stream that has lost its
 * framing cannot find it again: it is {@link #BROKEN}, and its connection has to end.
 */
public final class StreamFraming {

    /** The answer while too few bytes are there to tell the length. */
    public static final int INCOMPLETE = 0;

    /** The answer when no message can start like this. */
    public static final int BROKEN = -1;

    /** So many bytes always tell the length. */
    public static final int PREFIX_BYTES = 8;

    /** The longest STUN message; the longest ChannelData message is 12 bytes shorter. */
    public static final int MAX_MESSAGE_BYTES = StunMessage.HEADER_BYTES + 0xFFFC;

    private static final int STUN = 0b00;
    private static final int CHANNEL_DATA = 0b01;

    private StreamFraming() {}

    /**
     * The length in bytes, with its padding, of the message that starts at the position, however much of it is there; or
     * {@link #INCOMPLETE} or {@link #BROKEN}. Position and limit stay.
     */
    public static int messageBytes(ByteBuffer stream) {
        int available = stream.remaining();
        if (available == 0) {
            return INCOMPLETE;
        }
        int start = stream.position();
        return switch ((stream.get(start) & 0xFF) >>> 6) {
            case STUN -> stunBytes(stream, start, available);
            case CHANNEL_DATA -> available < ChannelData.HEADER_BYTES ? INCOMPLETE : channelDataBytes(stream, start);
            default -> BROKEN;
        };
    }

    /**
     * RFC 8489 section 5: "the last 2 bits of this field are always zero", and the magic cookie follows. What contradicts
     * this is no STUN message, and its length says nothing.
     */
    private static int stunBytes(ByteBuffer stream, int start, int available) {
        if (available < ChannelData.HEADER_BYTES) {
            return INCOMPLETE;
        }
        int length = stream.getShort(start + 2) & 0xFFFF;
        if (length % 4 != 0) {
            return BROKEN;
        }
        if (available < PREFIX_BYTES) {
            return INCOMPLETE;
        }
        return stream.getInt(start + 4) == StunMessage.MAGIC_COOKIE ? StunMessage.HEADER_BYTES + length : BROKEN;
    }

    /**
     * RFC 8656 section 12.5: "the ChannelData message MUST be padded to a multiple of four bytes in order to ensure the
     * alignment of subsequent messages. The padding is not reflected in the length field".
     */
    private static int channelDataBytes(ByteBuffer stream, int start) {
        int length = stream.getShort(start + 2) & 0xFFFF;
        return ChannelData.HEADER_BYTES + (length + 3 & ~3);
    }
}
