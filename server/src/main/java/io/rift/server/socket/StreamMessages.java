package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.StreamFraming;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the messages out of what a connection brings. A message that arrived whole is handed on where it lies; of one that
 * did not, what is there is kept, and the memory for it grows with what has arrived, whatever length it claims.
 */
final class StreamMessages {

    /** What becomes of the messages. Each call may end the stream, after which no other one comes. */
    interface Receiver {

        /** Whether a message of this length may come at all; if not, the stream ends. */
        boolean accepts(int length);

        /**
         * A whole message.
         *
         * @param stream has it from its reader index on; valid during the call
         * @param length with the padding
         */
        void message(ByteBuf stream, int length);

        /** No message can start with the bytes that came; the stream ends. */
        void broken();

        /** Whether the stream has ended. */
        boolean hasEnded();
    }

    private final ByteBufAllocator memory;
    private final Receiver receiver;
    private @Nullable ByteBuf begun;

    StreamMessages(ByteBufAllocator memory, Receiver receiver) {
        this.memory = memory;
        this.receiver = receiver;
    }

    /** Reads all bytes, or up to the end of the message with which the stream ended. Keeps no reference to them. */
    void read(ByteBuf arrived) {
        while (arrived.isReadable() && !receiver.hasEnded()) {
            if (begun == null) {
                readWhole(arrived);
            } else {
                complete(begun, arrived);
            }
        }
    }

    private void readWhole(ByteBuf arrived) {
        int length = lengthAt(arrived);
        if (length == StreamFraming.BROKEN) {
            receiver.broken();
        } else if (receiver.accepts(length)) {
            if (length != StreamFraming.INCOMPLETE && length <= arrived.readableBytes()) {
                receiver.message(arrived, length);
                arrived.skipBytes(length);
            } else {
                begun = memory.buffer(arrived.readableBytes()).writeBytes(arrived);
            }
        }
    }

    private void complete(ByteBuf message, ByteBuf arrived) {
        int length = lengthAt(message);
        int has = message.readableBytes();
        int wanted = length != StreamFraming.INCOMPLETE
                ? length
                : has < ChannelData.HEADER_BYTES ? ChannelData.HEADER_BYTES : StreamFraming.PREFIX_BYTES;
        message.writeBytes(arrived, Math.min(wanted - has, arrived.readableBytes()));
        length = lengthAt(message);
        if (length == StreamFraming.BROKEN) {
            receiver.broken();
        } else if (receiver.accepts(length) && length == message.readableBytes()) {
            begun = null;
            try {
                receiver.message(message, length);
            } finally {
                message.release();
            }
        }
    }

    private static int lengthAt(ByteBuf stream) {
        int prefix = Math.min(stream.readableBytes(), StreamFraming.PREFIX_BYTES);
        return StreamFraming.messageBytes(stream.internalNioBuffer(stream.readerIndex(), prefix));
    }

    /** The memory that is kept for a message that has not arrived whole, in bytes. */
    int memoryBytes() {
        return begun == null ? 0 : begun.capacity();
    }

    /** Gives up what is there of a message. */
    void release() {
        if (begun != null) {
            begun.release();
            begun = null;
        }
    }
}
