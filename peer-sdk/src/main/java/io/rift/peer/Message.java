package io.rift.peer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the other peer sent in one {@link Connection#send(byte[]) send}, whole and unchanged. */
public final class Message {

    private final byte[] bytes;

    Message(byte[] bytes) {
        this.bytes = bytes;
    }

    static Message of(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.get(bytes);
        return new Message(bytes);
    }

    /** The content. The array is the receiver's own. */
    public byte[] bytes() {
        return bytes;
    }

    /** The content as a read-only buffer. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** The content as UTF-8 text; malformed input becomes U+FFFD. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Length in bytes. */
    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The length only: content does not belong into logs. */
    @Override
    public String toString() {
        return "Message[" + bytes.length + " bytes]";
    }
}
