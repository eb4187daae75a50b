package io.rift.protocol.turn;

import java.nio.ByteBuffer;

/** The ChannelData message of RFC 8656 section 12.4: number (2 bytes), length (2 bytes), application data. */
public final class ChannelData {

    /** Length of the header in bytes. */
    public static final int HEADER_BYTES = 4;

    /** The lowest channel number. */
    public static final int MIN_NUMBER = 0x4000;

    /** The highest channel number; RFC 8656 section 12 narrowed the range of RFC 5766. */
    public static final int MAX_NUMBER = 0x4FFF;

    private ChannelData() {}

    /** Whether a number may be bound. */
    public static boolean isChannelNumber(int number) {
        return number >= MIN_NUMBER && number <= MAX_NUMBER;
    }

    /** The channel number of a datagram with at least {@link #HEADER_BYTES} bytes. */
    public static int number(ByteBuffer datagram) {
        return datagram.getShort(datagram.position()) & 0xFFFF;
    }

    /**
     * The length of the application data behind the header. Over UDP bytes may follow it (RFC 8656 section 12.5: padding
     * is optional there), and they are ignored.
     *
     * @return -1 when the datagram is shorter than its header says
     */
    public static int payloadLength(ByteBuffer datagram) {
        if (datagram.remaining() < HEADER_BYTES) {
            return -1;
        }
        int length = datagram.getShort(datagram.position() + 2) & 0xFFFF;
        return length <= datagram.remaining() - HEADER_BYTES ? length : -1;
    }

    /** Writes a header at an absolute index; position and limit stay. */
    public static void writeHeader(ByteBuffer out, int index, int number, int payloadLength) {
        out.putShort(index, (short) number).putShort(index + 2, (short) payloadLength);
    }
}
