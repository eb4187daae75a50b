package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes one STUN message, attribute after attribute. Padding bytes are zero, so nothing old leaks in them. */
public final class StunEncoder {

    /** Room for every control message; DATA of an indication adds its own. */
    private static final int INITIAL_BYTES = 256;

    private static final int MAX_BYTES = StunMessage.HEADER_BYTES + 0xFFFC;

    private final TransactionId transactionId;
    private ByteBuffer out = ByteBuffer.allocate(INITIAL_BYTES);
    private @Nullable MessageIntegrity signed;

    private StunEncoder(MessageClass messageClass, int method, TransactionId transactionId) {
        this.transactionId = transactionId;
        out.putShort((short) messageClass.typeOf(method)).putShort((short) 0);
        out.putInt(StunMessage.MAGIC_COOKIE).putInt(transactionId.high()).putLong(transactionId.low());
    }

    /**
     * Begins a message.
     *
     * @throws IllegalArgumentException if the method has more than 12 bits
     */
    public static StunEncoder of(MessageClass messageClass, int method, TransactionId transactionId) {
        if (method < 0 || method > StunMethod.MAX) {
            throw new IllegalArgumentException("a STUN method has 12 bits, not 0x" + Integer.toHexString(method));
        }
        return new StunEncoder(messageClass, method, transactionId);
    }

    /**
     * Adds an attribute.
     *
     * @throws IllegalArgumentException if the value or the message gets too long
     * @throws IllegalStateException if the message is signed, so that no receiver would see the attribute
     */
    public <T> StunEncoder add(StunAttribute<T> attribute, T value) {
        if (signed != null) {
            throw new IllegalStateException(attribute + " cannot follow " + signed);
        }
        int start = out.position();
        while (true) {
            try {
                header(attribute.type(), 0);
                attribute.write(out, value, transactionId);
                int length = out.position() - start - StunMessage.ATTRIBUTE_HEADER_BYTES;
                out.putShort(start + 2, (short) length);
                out.put(new byte[-length & 3]);
                return this;
            } catch (java.nio.BufferOverflowException e) {
                grow(start);
            }
        }
    }

    /** The message without any check over the whole. */
    public byte[] encode() {
        return finish();
    }

    /** The message with FINGERPRINT. */
    public byte[] encodeWithFingerprint() {
        addFingerprint();
        return finish();
    }

    /** The message with MESSAGE-INTEGRITY. */
    public byte[] encodeWithIntegrity(byte[] key) {
        return sign(MessageIntegrity.SHA1, key).encode();
    }

    /** The message with MESSAGE-INTEGRITY and then FINGERPRINT. */
    public byte[] encodeWithIntegrityAndFingerprint(byte[] key) {
        return sign(MessageIntegrity.SHA1, key).encodeWithFingerprint();
    }

    /**
     * Signs what was added so far. A message may be signed both ways; then MESSAGE-INTEGRITY comes first, as RFC 8489
     * section 14.5 has only MESSAGE-INTEGRITY-SHA256 and FINGERPRINT seen behind it.
     *
     * @throws IllegalStateException if the message already carries this attribute or MESSAGE-INTEGRITY-SHA256
     */
    public StunEncoder sign(MessageIntegrity integrity, byte[] key) {
        if (signed != null && signed.compareTo(integrity) >= 0) {
            throw new IllegalStateException(integrity + " cannot follow " + signed);
        }
        int offset = out.position();
        reserve(StunMessage.ATTRIBUTE_HEADER_BYTES + integrity.bytes());
        byte[] hmac = integrity.hmac(out, offset, integrity.bytes(), key);
        header(integrity.type(), hmac.length);
        out.put(hmac);
        signed = integrity;
        return this;
    }

    private void addFingerprint() {
        int offset = out.position();
        reserve(StunMessage.ATTRIBUTE_HEADER_BYTES + Integrity.FINGERPRINT_BYTES);
        int crc = Integrity.fingerprint(out, offset);
        header(StunAttributes.FINGERPRINT, Integrity.FINGERPRINT_BYTES);
        out.putInt(crc);
    }

    private byte[] finish() {
        out.putShort(2, (short) (out.position() - StunMessage.HEADER_BYTES));
        return Arrays.copyOf(out.array(), out.position());
    }

    private void header(int type, int length) {
        out.putShort((short) type).putShort((short) length);
    }

    private void reserve(int bytes) {
        if (out.remaining() < bytes) {
            grow(out.position());
        }
    }

    private void grow(int keep) {
        if (out.capacity() == MAX_BYTES) {
            throw new IllegalArgumentException("a STUN message has at most " + MAX_BYTES + " bytes");
        }
        out = ByteBuffer.allocate(Math.min(out.capacity() * 4, MAX_BYTES)).put(out.array(), 0, keep);
    }
}
