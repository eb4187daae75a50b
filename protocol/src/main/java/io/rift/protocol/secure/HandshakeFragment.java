package io.rift.protocol.secure;

import static io.rift.protocol.secure.AeadAlgorithm.NONCE_BYTES;
import static io.rift.protocol.secure.AeadAlgorithm.TAG_BYTES;

import io.rift.protocol.Demultiplexer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One datagram of the handshake, which carries a message or a part of one under the introduction key.
 *
 * <pre>
 * 0xE1 | type 1 | index (4 bits) count (4 bits) | attempt 1 | receiver index 4 | nonce 12 | AEAD(part) | tag 16
 * </pre>
 *
 * The 20 bytes in front are the associated data. A message is cut in one way only: every part but the last has
 * {@value #MAX_PART_BYTES} bytes, so that parts of one message always fit each other.
 */
public final class HandshakeFragment {

    public static final int HEADER_BYTES = 20;

    /** A message has at most this many parts; KeyInit with ML-KEM-768 needs two. */
    public static final int MAX_COUNT = 2;

    public static final int MAX_DATAGRAM_BYTES = EncryptedPayload.MAX_DATAGRAM_BYTES;

    /** The longest part of a message in one datagram. */
    public static final int MAX_PART_BYTES = 1164;

    private static final int RECEIVER_INDEX_OFFSET = 4;
    private static final int NONCE_OFFSET = 8;

    private final HandshakeType type;
    private final byte[] datagram;

    private HandshakeFragment(HandshakeType type, byte[] datagram) {
        this.type = type;
        this.datagram = datagram;
    }

    /**
     * Reads the datagram between position and limit, which stay as they are.
     *
     * @return {@code null} if it is no handshake fragment: another first byte, an unknown type, an index or count out of
     *     bounds, or a length that the one way of cutting a message does not give
     */
    public static @Nullable HandshakeFragment parse(ByteBuffer datagram) {
        int at = datagram.position();
        int length = datagram.remaining();
        if (length <= HEADER_BYTES + TAG_BYTES
                || length > MAX_DATAGRAM_BYTES
                || (datagram.get(at) & 0xFF) != Demultiplexer.HANDSHAKE_BYTE) {
            return null;
        }
        HandshakeType type = HandshakeType.ofCode(datagram.get(at + 1) & 0xFF);
        int index = datagram.get(at + 2) >> 4 & 0xF;
        int count = datagram.get(at + 2) & 0xF;
        if (type == null || count > MAX_COUNT || index >= count) {
            return null;
        }
        if (index < count - 1 && length != MAX_DATAGRAM_BYTES) {
            return null;
        }
        byte[] copy = new byte[length];
        datagram.get(at, copy);
        return new HandshakeFragment(type, copy);
    }

    public HandshakeType type() {
        return type;
    }

    /** Which part of the message this is, from 0. */
    public int index() {
        return datagram[2] >> 4 & 0xF;
    }

    /** How many parts the message has, 1 or {@value #MAX_COUNT}. */
    public int count() {
        return datagram[2] & 0xF;
    }

    /** Which try of the initiator this belongs to: all parts and repeats of one KeyInit and of the answers to it agree. */
    public int attempt() {
        return datagram[3] & 0xFF;
    }

    /** The index by which the receiver finds its handshake. */
    public int receiverIndex() {
        return ByteBuffer.wrap(datagram).getInt(RECEIVER_INDEX_OFFSET);
    }

    public byte[] nonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(datagram, NONCE_OFFSET, nonce, 0, NONCE_BYTES);
        return nonce;
    }

    /** The whole datagram: header, ciphertext, tag. Not a copy. */
    public byte[] datagram() {
        return datagram;
    }

    /** How many parts a message of this length needs. */
    public static int countFor(int messageBytes) {
        return (messageBytes + MAX_PART_BYTES - 1) / MAX_PART_BYTES;
    }

    /** Writes a header at the buffer's position, which moves behind it. */
    public static void writeHeader(
            ByteBuffer out, HandshakeType type, int index, int count, int attempt, int receiverIndex, byte[] nonce) {
        out.put((byte) Demultiplexer.HANDSHAKE_BYTE)
                .put((byte) type.code())
                .put((byte) (index << 4 | count))
                .put((byte) attempt)
                .putInt(receiverIndex)
                .put(nonce, 0, NONCE_BYTES);
    }
}
