package io.rift.protocol;

import java.nio.ByteBuffer;

/**
 * Tells the protocols that share one UDP socket apart by their first byte, as RFC 7983 and RFC 9443 do. Rift's own
 * packets use 0xE1 to 0xE4, which those RFCs leave free.
 */
public final class Demultiplexer {

    /** First byte of a handshake fragment. */
    public static final int HANDSHAKE_BYTE = 0xE1;

    /** First byte of a handshake cookie. */
    public static final int COOKIE_BYTE = 0xE2;

    /** First byte of an EncryptedPayload. */
    public static final int ENCRYPTED_PAYLOAD_BYTE = 0xE3;

    /** First byte of a packet that a peer relays for two others. */
    public static final int PEER_RELAYED_BYTE = 0xE4;

    /** What a datagram is, judged by its first byte alone. */
    public enum Kind {
        STUN,
        CHANNEL_DATA,
        HANDSHAKE,
        COOKIE,
        ENCRYPTED_PAYLOAD,
        PEER_RELAYED,
        UNKNOWN
    }

    private Demultiplexer() {}

    /** The kind of the datagram between position and limit. An empty one is unknown. */
    public static Kind classify(ByteBuffer datagram) {
        if (!datagram.hasRemaining()) {
            return Kind.UNKNOWN;
        }
        int first = datagram.get(datagram.position()) & 0xFF;
        return switch (first) {
            case 0, 1, 2, 3 -> Kind.STUN;
            case HANDSHAKE_BYTE -> Kind.HANDSHAKE;
            case COOKIE_BYTE -> Kind.COOKIE;
            case ENCRYPTED_PAYLOAD_BYTE -> Kind.ENCRYPTED_PAYLOAD;
            case PEER_RELAYED_BYTE -> Kind.PEER_RELAYED;
            // RFC 8656 section 12 narrows the channel range of RFC 7983 to 0x4000-0x4FFF.
            default -> first >= 0x40 && first <= 0x4F ? Kind.CHANNEL_DATA : Kind.UNKNOWN;
        };
    }
}
