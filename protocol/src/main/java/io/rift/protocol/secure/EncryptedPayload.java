package io.rift.protocol.secure;

import static io.rift.protocol.secure.AeadAlgorithm.TAG_BYTES;

import io.rift.protocol.Demultiplexer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The header of one encrypted datagram.
 *
 * <pre>
 * 0xE3 | alg (4 bits) kind (4 bits) | epoch 2 | receiver index 4 | sequence 8 | [timestamp 4 if voice] | ciphertext | tag 16
 * </pre>
 *
 * The whole header is the associated data.
 *
 * @param algorithmCode the {@code alg} field, known or not: only the session can say whether it is the right one
 * @param kind of the payload
 * @param epoch number of the keys, 16 bits
 * @param receiverIndex the index by which the receiver finds its session
 * @param sequence number of the packet under its key, never negative
 * @param timestamp media time, 0 unless the kind is voice
 */
public record EncryptedPayload(
        int algorithmCode, PayloadKind kind, int epoch, int receiverIndex, long sequence, int timestamp) {

    public static final int HEADER_BYTES = 16;
    public static final int VOICE_HEADER_BYTES = 20;

    /** No Rift datagram is longer, so that none is ever fragmented by IP, tunnels and relays included. */
    public static final int MAX_DATAGRAM_BYTES = 1200;

    /** The shortest plaintext: an inner type and the first byte of the padding. */
    public static final int MIN_PLAINTEXT_BYTES = 2;

    private static final int RECEIVER_INDEX_OFFSET = 4;
    private static final int SEQUENCE_OFFSET = 8;
    private static final int TIMESTAMP_OFFSET = 16;

    /**
     * Reads the header of the datagram between position and limit, which stay as they are. The buffer is big-endian, as
     * every new one is.
     *
     * @return {@code null} if it is no EncryptedPayload: another first byte, an unknown kind, too short, too long, or
     *     with a sequence number of more than 63 bits, which no sender reaches
     */
    public static @Nullable EncryptedPayload parse(ByteBuffer datagram) {
        int at = datagram.position();
        int length = datagram.remaining();
        if (length < HEADER_BYTES
                || length > MAX_DATAGRAM_BYTES
                || (datagram.get(at) & 0xFF) != Demultiplexer.ENCRYPTED_PAYLOAD_BYTE) {
            return null;
        }
        int algorithmAndKind = datagram.get(at + 1) & 0xFF;
        PayloadKind kind = PayloadKind.ofCode(algorithmAndKind & 0xF);
        long sequence = datagram.getLong(at + SEQUENCE_OFFSET);
        if (kind == null || sequence < 0 || length < kind.headerBytes() + MIN_PLAINTEXT_BYTES + TAG_BYTES) {
            return null;
        }
        return new EncryptedPayload(
                algorithmAndKind >> 4,
                kind,
                datagram.getShort(at + 2) & 0xFFFF,
                datagram.getInt(at + RECEIVER_INDEX_OFFSET),
                sequence,
                kind == PayloadKind.VOICE ? datagram.getInt(at + TIMESTAMP_OFFSET) : 0);
    }

    /** Writes the header at the buffer's position, which moves behind it. */
    public void write(ByteBuffer out) {
        out.put((byte) Demultiplexer.ENCRYPTED_PAYLOAD_BYTE)
                .put((byte) (algorithmCode << 4 | kind.code()))
                .putShort((short) epoch)
                .putInt(receiverIndex)
                .putLong(sequence);
        if (kind == PayloadKind.VOICE) {
            out.putInt(timestamp);
        }
    }

    /** The longest plaintext (inner type, body and padding) that fits one datagram of this kind. */
    public static int maxPlaintextBytes(PayloadKind kind) {
        return MAX_DATAGRAM_BYTES - kind.headerBytes() - TAG_BYTES;
    }
}
