package io.rift.peer.core.channel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of a sealed packet that belongs to a {@link MessageChannel}; the inner type in front of it says which one.
 * Integers are big-endian, as everywhere in the protocol.
 */
public sealed interface ChannelFrame {

    /** Longest fragment: with its header it fills 18 of the 64-byte steps to which chat payloads are padded. */
    int MAX_FRAGMENT_BYTES = 1_141;

    /** Most ranges in one {@link Ack}; what does not fit is told by a later one. */
    int MAX_RANGES = 32;

    /** The type byte in front of the body. */
    int innerType();

    /** The body. */
    byte[] encode();

    /**
     * A fragment of a message.
     *
     * @param sequence low 32 bits of the fragment's number, counted from 0 over all messages
     * @param transmission low 32 bits of the number of this transmission
     * @param endOfMessage whether the message ends with this fragment
     * @param fragment the bytes
     */
    record Data(int sequence, int transmission, boolean endOfMessage, ByteBuffer fragment) implements ChannelFrame {
        /** Inner type. */
        public static final int TYPE = 0x10;

        private static final int HEADER_BYTES = 9;
        private static final int END_OF_MESSAGE = 0x01;

        @Override
        public int innerType() {
            return TYPE;
        }

        @Override
        public byte[] encode() {
            ByteBuffer body = ByteBuffer.allocate(HEADER_BYTES + fragment.remaining());
            body.putInt(sequence).putInt(transmission).put((byte) (endOfMessage ? END_OF_MESSAGE : 0));
            return body.put(fragment.duplicate()).array();
        }

        private static @Nullable Data decode(ByteBuffer body) {
            if (body.remaining() < HEADER_BYTES || body.remaining() > HEADER_BYTES + MAX_FRAGMENT_BYTES) {
                return null;
            }
            int sequence = body.getInt();
            int transmission = body.getInt();
            // Unknown flags are ignored, so that a later version can add some.
            boolean endOfMessage = (body.get() & END_OF_MESSAGE) != 0;
            return new Data(sequence, transmission, endOfMessage, body.slice());
        }
    }

    /**
     * What was received.
     *
     * @param next low 32 bits of the lowest sequence number that was not received yet
     * @param limit low 32 bits of the lowest sequence number that may not be sent yet
     * @param transmission low 32 bits of the highest transmission number received
     * @param delayMicros time between receiving that transmission and sending this frame
     * @param ranges what was received above {@code next}, ascending
     */
    record Ack(int next, int limit, int transmission, int delayMicros, List<Range> ranges) implements ChannelFrame {
        /** Inner type. */
        public static final int TYPE = 0x11;

        private static final int HEADER_BYTES = 17;
        private static final int RANGE_BYTES = 4;

        /**
         * Fragments that were received without a gap.
         *
         * @param offset of the first one from {@link Ack#next}, 1 to 65535
         * @param count how many, 1 to 65535
         */
        public record Range(int offset, int count) {}

        @Override
        public int innerType() {
            return TYPE;
        }

        @Override
        public byte[] encode() {
            ByteBuffer body = ByteBuffer.allocate(HEADER_BYTES + RANGE_BYTES * ranges.size());
            body.putInt(next)
                    .putInt(limit)
                    .putInt(transmission)
                    .putInt(delayMicros)
                    .put((byte) ranges.size());
            for (Range range : ranges) {
                body.putShort((short) range.offset).putShort((short) range.count);
            }
            return body.array();
        }

        private static @Nullable Ack decode(ByteBuffer body) {
            if (body.remaining() < HEADER_BYTES) {
                return null;
            }
            int next = body.getInt();
            int limit = body.getInt();
            int transmission = body.getInt();
            int delayMicros = body.getInt();
            int count = Byte.toUnsignedInt(body.get());
            if (delayMicros < 0 || count > MAX_RANGES || body.remaining() != RANGE_BYTES * count) {
                return null;
            }
            List<Range> ranges = new ArrayList<>(count);
            int above = 0;
            for (int i = 0; i < count; i++) {
                Range range = new Range(Short.toUnsignedInt(body.getShort()), Short.toUnsignedInt(body.getShort()));
                if (range.offset <= above || range.count == 0) {
                    return null;
                }
                above = range.offset + range.count;
                ranges.add(range);
            }
            return new Ack(next, limit, transmission, delayMicros, ranges);
        }
    }

    /** Asks for an {@link Ack}, because the sender is out of credit and the frame that granted more may be lost. */
    record WindowProbe() implements ChannelFrame {
        /** Inner type. */
        public static final int TYPE = 0x12;

        @Override
        public int innerType() {
            return TYPE;
        }

        @Override
        public byte[] encode() {
            return new byte[0];
        }
    }

    /** The frame between position and limit, or null if it is malformed or of no type of a channel. */
    static @Nullable ChannelFrame decode(int innerType, ByteBuffer body) {
        return switch (innerType) {
            case Data.TYPE -> Data.decode(body);
            case Ack.TYPE -> Ack.decode(body);
            case WindowProbe.TYPE -> new WindowProbe();
            default -> null;
        };
    }
}
