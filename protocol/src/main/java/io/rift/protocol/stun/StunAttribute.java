package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One attribute of the IANA registry "STUN Attributes": its type, how its value is read and how it is written.
 *
 * @param <T> type of the value
 */
public final class StunAttribute<T> {

    /** Reads a value; null when it is malformed. The buffer holds the value without padding and is the reader's own. */
    @FunctionalInterface
    public interface Reader<T> {
        @Nullable T read(ByteBuffer value, TransactionId transactionId);
    }

    /** Writes a value at the buffer's position. */
    @FunctionalInterface
    public interface Writer<T> {
        void write(ByteBuffer out, T value, TransactionId transactionId);
    }

    private final int type;
    private final String name;
    private final Reader<T> reader;
    private final Writer<T> writer;

    private StunAttribute(int type, String name, Reader<T> reader, Writer<T> writer) {
        this.type = type;
        this.name = name;
        this.reader = reader;
        this.writer = writer;
    }

    /** An attribute of this type and name, as the IANA registry has them. */
    public static <T> StunAttribute<T> of(int type, String name, Reader<T> reader, Writer<T> writer) {
        return new StunAttribute<>(type, name, reader, writer);
    }

    /** An attribute without a value: present or not. */
    public static StunAttribute<Boolean> flag(int type, String name) {
        return of(type, name, (value, id) -> value.hasRemaining() ? null : Boolean.TRUE, (out, value, id) -> {});
    }

    /** An attribute of opaque bytes whose length has to satisfy the predicate. */
    public static StunAttribute<byte[]> opaque(int type, String name, Predicate<Integer> lengthBytes) {
        return of(
                type,
                name,
                (value, id) -> {
                    if (!lengthBytes.test(value.remaining())) {
                        return null;
                    }
                    byte[] bytes = new byte[value.remaining()];
                    value.get(bytes);
                    return bytes;
                },
                (out, value, id) -> out.put(value));
    }

    /** The type, 0 to 0xFFFF. Below 0x8000 an agent has to understand it. */
    public int type() {
        return type;
    }

    /** The name in the registry. */
    public String name() {
        return name;
    }

    @Nullable T read(ByteBuffer value, TransactionId transactionId) {
        return reader.read(value, transactionId);
    }

    void write(ByteBuffer out, T value, TransactionId transactionId) {
        writer.write(out, value, transactionId);
    }

    @Override
    public String toString() {
        return name;
    }
}
