package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The two checks over a whole message: MESSAGE-INTEGRITY (RFC 8489 section 14.5) and FINGERPRINT (section 14.7). */
final class Integrity {
    static final int HMAC_SHA1_BYTES = 20;
    static final int FINGERPRINT_BYTES = 4;
    private static final int FINGERPRINT_XOR = 0x5354554e;
    private static final int LENGTH_OFFSET = 2;

    private Integrity() {}

    /**
     * The HMAC over the message up to the attribute, whose header's length field counts the attribute as the last one.
     *
     * @param message starts at index 0
     * @param attributeOffset where the attribute's header is
     */
    static byte[] hmacSha1(ByteBuffer message, int attributeOffset, byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            // HMAC pads keys with zeros, so an empty key, which Java refuses, is the same as one zero byte.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, "HmacSHA1"));
            mac.update(header(message, attributeOffset + StunMessage.ATTRIBUTE_HEADER_BYTES + HMAC_SHA1_BYTES));
            mac.update(message.slice(StunMessage.HEADER_BYTES, attributeOffset - StunMessage.HEADER_BYTES));
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new AssertionError("every Java platform has HmacSHA1 for any key", e);
        }
    }

    /** The value of FINGERPRINT when its header is at this offset. */
    static int fingerprint(ByteBuffer message, int attributeOffset) {
        CRC32 crc = new CRC32();
        crc.update(header(message, attributeOffset + StunMessage.ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES));
        crc.update(message.slice(StunMessage.HEADER_BYTES, attributeOffset - StunMessage.HEADER_BYTES));
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    static boolean equal(byte[] expected, byte[] actual) {
        return MessageDigest.isEqual(expected, actual);
    }

    private static byte[] header(ByteBuffer message, int totalBytes) {
        byte[] header = new byte[StunMessage.HEADER_BYTES];
        message.get(0, header);
        int length = totalBytes - StunMessage.HEADER_BYTES;
        header[LENGTH_OFFSET] = (byte) (length >>> 8);
        header[LENGTH_OFFSET + 1] = (byte) length;
        return header;
    }
}
