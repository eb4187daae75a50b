package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A checked view over one STUN message. {@link #parse} checks the structure once; the accessors then cannot fail. The
 * view copies nothing, so it is valid as long as the bytes below it are.
 *
 * <p>Attributes after MESSAGE-INTEGRITY are not seen (RFC 8489 section 14.5: agents "MUST ignore all other attributes
 * that follow MESSAGE-INTEGRITY"), but for MESSAGE-INTEGRITY-SHA256 and FINGERPRINT; nor are those after
 * MESSAGE-INTEGRITY-SHA256, but for FINGERPRINT (section 14.6).
 */
public final class StunMessage {

    /** The fixed value that marks STUN since RFC 5389. */
    public static final int MAGIC_COOKIE = 0x2112A442;

    /** Length of the header in bytes. */
    public static final int HEADER_BYTES = 20;

    /** Length of an attribute's type and length in bytes. */
    public static final int ATTRIBUTE_HEADER_BYTES = 4;

    /**
     * The most attributes of a message; further ones make it malformed. RFC 8656 section 10 puts no bound on those of a
     * CreatePermission request: some clients refresh all their permissions with one.
     */
    public static final int MAX_ATTRIBUTES = 512;

    private final ByteBuffer bytes;
    private final int type;
    private final TransactionId transactionId;
    private int integrityOffset = -1;
    private int integritySha256Offset = -1;
    private int fingerprintOffset = -1;

    private StunMessage(ByteBuffer bytes) {
        this.bytes = bytes;
        this.type = bytes.getShort(0) & 0xFFFF;
        this.transactionId = new TransactionId(bytes.getInt(8), bytes.getLong(12));
    }

    /**
     * Reads the message between position and limit, and leaves both alone.
     *
     * @return the message, or null when the bytes are not exactly one well-formed STUN message
     */
    public static @Nullable StunMessage parse(ByteBuffer datagram) {
        int length = datagram.remaining();
        int start = datagram.position();
        // RFC 8489 section 6.3: the first two bits are 0, the magic cookie has the correct value, the length is
        // sensible
        if (length < HEADER_BYTES
                || (datagram.get(start) & 0xC0) != 0
                || datagram.getInt(start + 4) != MAGIC_COOKIE
                || (datagram.getShort(start + 2) & 0xFFFF) != length - HEADER_BYTES
                || length % 4 != 0) {
            return null;
        }
        StunMessage message = new StunMessage(datagram.slice());
        return message.index() ? message : null;
    }

    private boolean index() {
        int offset = HEADER_BYTES;
        for (int count = 0; offset < bytes.limit(); count++) {
            if (count == MAX_ATTRIBUTES || fingerprintOffset >= 0 || bytes.limit() - offset < ATTRIBUTE_HEADER_BYTES) {
                return false; // RFC 8489 section 14.7: FINGERPRINT "MUST be the last attribute in the message"
            }
            int next = next(offset);
            if (next > bytes.limit() || !indexTrailer(offset)) {
                return false;
            }
            offset = next;
        }
        return true;
    }

    /** Notes where the attributes over the whole message are; false when one has a wrong length. */
    private boolean indexTrailer(int offset) {
        switch (typeAt(offset)) {
            case StunAttributes.MESSAGE_INTEGRITY -> {
                if (!MessageIntegrity.SHA1.mayHaveLength(lengthAt(offset))) {
                    return false;
                }
                if (integrityOffset < 0 && integritySha256Offset < 0) {
                    integrityOffset = offset;
                }
            }
            case StunAttributes.MESSAGE_INTEGRITY_SHA256 -> {
                if (!MessageIntegrity.SHA256.mayHaveLength(lengthAt(offset))) {
                    return false;
                }
                if (integritySha256Offset < 0) {
                    integritySha256Offset = offset;
                }
            }
            case StunAttributes.FINGERPRINT -> {
                if (lengthAt(offset) != Integrity.FINGERPRINT_BYTES) {
                    return false;
                }
                fingerprintOffset = offset;
            }
            default -> {}
        }
        return true;
    }

    /** The class. */
    public MessageClass messageClass() {
        return MessageClass.ofType(type);
    }

    /** The method, 0 to 0xFFF; not every number has a meaning. */
    public int method() {
        return MessageClass.methodOfType(type);
    }

    /** Whether the message is of this class and method. */
    public boolean is(MessageClass messageClass, int method) {
        return messageClass() == messageClass && method() == method;
    }

    /** The transaction id. */
    public TransactionId transactionId() {
        return transactionId;
    }

    /** Length of the whole message in bytes. */
    public int length() {
        return bytes.limit();
    }

    /** Whether the attribute is there, with whatever value. */
    public boolean has(StunAttribute<?> attribute) {
        return find(attribute.type(), HEADER_BYTES) >= 0;
    }

    /**
     * The value of the first occurrence (RFC 8489 section 14: "only the first occurrence needs to be processed").
     *
     * @return null when the attribute is absent or its value malformed; {@link #has} tells which
     */
    public <T> @Nullable T get(StunAttribute<T> attribute) {
        int offset = find(attribute.type(), HEADER_BYTES);
        return offset < 0 ? null : attribute.read(valueAt(offset), transactionId);
    }

    /**
     * The values of all occurrences, for attributes that may be repeated.
     *
     * @return empty when there is none; null when one of them is malformed
     */
    public <T> @Nullable List<T> all(StunAttribute<T> attribute) {
        List<T> values = new ArrayList<>();
        for (int at = find(attribute.type(), HEADER_BYTES); at >= 0; at = find(attribute.type(), next(at))) {
            T value = attribute.read(valueAt(at), transactionId);
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return values;
    }

    /**
     * The comprehension-required attributes (types below 0x8000) that are not among the known ones, each once, in the
     * order of the message; the first {@link StunAttributes#MAX_UNKNOWN_ATTRIBUTES}, as more are not told. What signs the
     * message is always known.
     */
    public List<Integer> unknownComprehensionRequired(Set<Integer> known) {
        Set<Integer> unknown = new LinkedHashSet<>();
        int end = end();
        for (int offset = HEADER_BYTES;
                offset < end && unknown.size() < StunAttributes.MAX_UNKNOWN_ATTRIBUTES;
                offset = next(offset)) {
            int attribute = typeAt(offset);
            if (attribute < 0x8000 && !known.contains(attribute)) {
                unknown.add(attribute);
            }
        }
        return List.copyOf(unknown);
    }

    /** Whether a MESSAGE-INTEGRITY is there. */
    public boolean hasMessageIntegrity() {
        return has(MessageIntegrity.SHA1);
    }

    /** Whether MESSAGE-INTEGRITY is there and right for this key. The comparison takes constant time. */
    public boolean verifyMessageIntegrity(byte[] key) {
        return verify(MessageIntegrity.SHA1, key);
    }

    /** Whether the message is signed this way, rightly or not. */
    public boolean has(MessageIntegrity integrity) {
        return offsetOf(integrity) >= 0;
    }

    /**
     * Whether the message is signed this way and with this key. The comparison takes constant time. A truncated value is
     * wrong, as RFC 8489 section 14.6 has it where a usage does not explicitly allow it, and neither TURN nor ICE does.
     */
    public boolean verify(MessageIntegrity integrity, byte[] key) {
        return verify(integrity, key, integrity.bytes());
    }

    /**
     * Whether the message is signed this way and with this key, where the usage allows truncation.
     *
     * @param minBytes the fewest bytes that the value may have been truncated to
     */
    public boolean verify(MessageIntegrity integrity, byte[] key, int minBytes) {
        int offset = offsetOf(integrity);
        if (offset < 0 || lengthAt(offset) < minBytes) {
            return false;
        }
        byte[] actual = new byte[lengthAt(offset)];
        bytes.get(offset + ATTRIBUTE_HEADER_BYTES, actual);
        byte[] expected = integrity.hmac(bytes, offset, actual.length, key);
        return MessageDigest.isEqual(Arrays.copyOf(expected, actual.length), actual);
    }

    private int offsetOf(MessageIntegrity integrity) {
        return switch (integrity) {
            case SHA1 -> integrityOffset;
            case SHA256 -> integritySha256Offset;
        };
    }

    /** Whether a FINGERPRINT is there. */
    public boolean hasFingerprint() {
        return fingerprintOffset >= 0;
    }

    /** Whether FINGERPRINT is there and right. */
    public boolean fingerprintIsValid() {
        return fingerprintOffset >= 0
                && bytes.getInt(fingerprintOffset + ATTRIBUTE_HEADER_BYTES)
                        == Integrity.fingerprint(bytes, fingerprintOffset);
    }

    /** Where the attributes end that may be seen. */
    private int end() {
        if (integrityOffset >= 0) {
            return integrityOffset; // MESSAGE-INTEGRITY-SHA256 is noted only behind it
        }
        if (integritySha256Offset >= 0) {
            return integritySha256Offset;
        }
        return fingerprintOffset >= 0 ? fingerprintOffset : bytes.limit();
    }

    private int find(int attributeType, int from) {
        for (int offset = from; offset < end(); offset = next(offset)) {
            if (typeAt(offset) == attributeType) {
                return offset;
            }
        }
        return -1;
    }

    private ByteBuffer valueAt(int offset) {
        return bytes.slice(offset + ATTRIBUTE_HEADER_BYTES, lengthAt(offset));
    }

    private int typeAt(int offset) {
        return bytes.getShort(offset) & 0xFFFF;
    }

    private int lengthAt(int offset) {
        return bytes.getShort(offset + 2) & 0xFFFF;
    }

    private int next(int offset) {
        return offset + ATTRIBUTE_HEADER_BYTES + (lengthAt(offset) + 3 & ~3);
    }
}
