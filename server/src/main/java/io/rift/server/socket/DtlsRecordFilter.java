package io.rift.server.socket;

/**
 * What may reach the library during a handshake of DTLS. It reserves the memory that a fragment claims for its message
 * as soon as the first byte of it comes, for several messages ahead of the one it waits for. So nothing may claim much:
 * this server asks for no client certificate, and what a client says without one is short.
 */
final class DtlsRecordFilter {

    /** No message of a client is longer. */
    static final int MAX_MESSAGE_BYTES = 4096;

    static final int CHANGE_CIPHER_SPEC = 20;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    private static final int RECORD_HEADER_BYTES = 13;
    private static final int EPOCH_AT = 3;
    private static final int RECORD_LENGTH_AT = 11;
    private static final int FRAGMENT_HEADER_BYTES = 12;
    private static final int MESSAGE_LENGTH_AT = 1;
    private static final int FRAGMENT_OFFSET_AT = 6;
    private static final int FRAGMENT_LENGTH_AT = 9;

    private DtlsRecordFilter() {}

    /**
     * Whether a datagram of a client whose handshake is not over consists of whole records (RFC 6347 section 4.1) that
     * can belong to it. What is encrypted is not seen here, but by {@link DtlsCrypto}.
     */
    static boolean passes(byte[] datagram, int length) {
        int at = 0;
        while (length - at >= RECORD_HEADER_BYTES) {
            int type = datagram[at] & 0xFF;
            int epoch = uint16(datagram, at + EPOCH_AT);
            int recordLength = uint16(datagram, at + RECORD_LENGTH_AT);
            int content = at + RECORD_HEADER_BYTES;
            if (epoch > 1 || type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA || recordLength > length - content) {
                return false;
            }
            if (epoch == 0
                    && (type == APPLICATION_DATA
                            || (type == HANDSHAKE && !fragmentsPass(datagram, content, recordLength)))) {
                return false;
            }
            at = content + recordLength;
        }
        return at == length && length > 0;
    }

    /** Whether these bytes are whole fragments of handshake messages (RFC 6347 section 4.2.2) of a bearable length. */
    static boolean fragmentsPass(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (end - at >= FRAGMENT_HEADER_BYTES) {
            int messageLength = uint24(bytes, at + MESSAGE_LENGTH_AT);
            int fragmentOffset = uint24(bytes, at + FRAGMENT_OFFSET_AT);
            int fragmentLength = uint24(bytes, at + FRAGMENT_LENGTH_AT);
            if (messageLength > MAX_MESSAGE_BYTES
                    || fragmentOffset + fragmentLength > messageLength
                    || fragmentLength > end - at - FRAGMENT_HEADER_BYTES) {
                return false;
            }
            at += FRAGMENT_HEADER_BYTES + fragmentLength;
        }
        return at == end && length > 0;
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private static int uint24(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 16 | uint16(bytes, at + 1);
    }
}
