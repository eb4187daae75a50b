package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The two attributes that sign a message. */
public enum MessageIntegrity {
    /** MESSAGE-INTEGRITY, RFC 8489 section 14.5. */
    SHA1(StunAttributes.MESSAGE_INTEGRITY, "HmacSHA1", 20, 20),

    /**
     * MESSAGE-INTEGRITY-SHA256, RFC 8489 section 14.6: "The value will be at most 32 bytes, but it MUST be at least 16
     * bytes and MUST be a multiple of 4 bytes. The value must be the full 32 bytes unless the STUN Usage explicitly
     * specifies that truncation is allowed."
     */
    SHA256(StunAttributes.MESSAGE_INTEGRITY_SHA256, "HmacSHA256", 16, 32);

    private final int type;
    private final String algorithm;
    private final int minBytes;
    private final int maxBytes;

    MessageIntegrity(int type, String algorithm, int minBytes, int maxBytes) {
        this.type = type;
        this.algorithm = algorithm;
        this.minBytes = minBytes;
        this.maxBytes = maxBytes;
    }

    /** The attribute's type. */
    public int type() {
        return type;
    }

    /** Length of the attribute's value when it is not truncated. */
    public int bytes() {
        return maxBytes;
    }

    /** Whether a value may have this length, be it truncated. */
    public boolean mayHaveLength(int bytes) {
        return bytes >= minBytes && bytes <= maxBytes && bytes % 4 == 0;
    }

    /**
     * The HMAC over the message up to the attribute, whose header's length field counts the attribute as the last one.
     *
     * @param message starts at index 0
     * @param attributeOffset where the attribute's header is
     * @param valueBytes length of the attribute's value, which may be truncated
     */
    byte[] hmac(ByteBuffer message, int attributeOffset, int valueBytes, byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            // HMAC pads keys with zeros, so an empty key, which Java refuses, is the same as one zero byte.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            mac.update(Integrity.header(message, attributeOffset + StunMessage.ATTRIBUTE_HEADER_BYTES + valueBytes));
            mac.update(message.slice(StunMessage.HEADER_BYTES, attributeOffset - StunMessage.HEADER_BYTES));
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java platform has " + algorithm + " for any key", e);
        }
    }
}
