package io.rift.server.socket;

/**
 * What may reach the library. What is in the clear may come from anybody, so nothing of that may end an association:
 * no alerts, and no version that the library throws at.
 *
 * <p>During a handshake it reserves the memory that a fragment claims for its message as soon as the first byte of it
 * comes, for several messages ahead of the one it waits for. So nothing may claim much: this server asks for no client
 * certificate, and what a client says without one is short.
 */
final class DtlsRecordFilter {

    /** No message of a client is longer. */
    static final int MAX_MESSAGE_BYTES = 4096;

    static final int CHANGE_CIPHER_SPEC = 20;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    private static final int DTLS_1_0 = 0xFEFF;
    private static final int DTLS_1_2 = 0xFEFD;

    private static final int RECORD_HEADER_BYTES = 13;
    private static final int VERSION_AT = 1;
    private static final int EPOCH_AT = 3;
    private static final int RECORD_LENGTH_AT = 11;
    private static final int FRAGMENT_HEADER_BYTES = 12;
    private static final int MESSAGE_LENGTH_AT = 1;
    private static final int FRAGMENT_OFFSET_AT = 6;
    private static final int FRAGMENT_LENGTH_AT = 9;

    private DtlsRecordFilter() {}

    /**
     * Whether a datagram consists of whole records (RFC 6347 section 4.1) that can belong to a client's handshake or to
     * what follows it, as its last flight does again when an answer is lost. What is encrypted is not seen here, but by
     * {@link DtlsCrypto}.
     */
    static boolean passes(byte[] datagram, int length) {
        int at = 0;
        while (length - at >= RECORD_HEADER_BYTES) {
            int recordLength = uint16(datagram, at + RECORD_LENGTH_AT);
            int content = at + RECORD_HEADER_BYTES;
            if (recordLength > length - content || !recordPasses(datagram, at, recordLength)) {
                return false;
            }
            at = content + recordLength;
        }
        return at == length && length > 0;
    }

    private static boolean recordPasses(byte[] datagram, int at, int recordLength) {
        int version = uint16(datagram, at + VERSION_AT);
        if (version != DTLS_1_2 && version != DTLS_1_0) {
            return false;
        }
        int type = datagram[at] & 0xFF;
        return switch (uint16(datagram, at + EPOCH_AT)) {
            case 0 ->
                type == CHANGE_CIPHER_SPEC
                        || (type == HANDSHAKE && fragmentsPass(datagram, at + RECORD_HEADER_BYTES, recordLength));
            case 1 -> type >= CHANGE_CIPHER_SPEC && type <= APPLICATION_DATA;
            default -> false;
        };
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
