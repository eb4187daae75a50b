package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** What the checks over a whole message share, and FINGERPRINT (RFC 8489 section 14.7). */
final class Integrity {
    static final int FINGERPRINT_BYTES = 4;
    private static final int FINGERPRINT_XOR = 0x5354554e;
    private static final int LENGTH_OFFSET = 2;

    private Integrity() {}

    /** The value of FINGERPRINT when its header is at this offset. */
    static int fingerprint(ByteBuffer message, int attributeOffset) {
        CRC32 crc = new CRC32();
        crc.update(header(message, attributeOffset + StunMessage.ATTRIBUTE_HEADER_BYTES + FINGERPRINT_BYTES));
        crc.update(message.slice(StunMessage.HEADER_BYTES, attributeOffset - StunMessage.HEADER_BYTES));
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    /** The header with the length field of a message that ends after so many bytes. */
    static byte[] header(ByteBuffer message, int totalBytes) {
        byte[] header = new byte[StunMessage.HEADER_BYTES];
        message.get(0, header);
        int length = totalBytes - StunMessage.HEADER_BYTES;
        header[LENGTH_OFFSET] = (byte) (length >>> 8);
        header[LENGTH_OFFSET + 1] = (byte) length;
        return header;
    }
}
