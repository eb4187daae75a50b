package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Reads Send indications (RFC 8656 section 11.2) without making an object, since there is one per packet. One instance
 * is read into again and again, and tells the peer and where the data is until the next one is read.
 */
final class SendIndication {

    /** Fewer than of requests: there is one for each packet, and none of them repeats an attribute. */
    static final int MAX_ATTRIBUTES = 64;

    private static final int TYPE = 0x0016;
    private static final int DONT_FRAGMENT = TurnAttributes.DONT_FRAGMENT.type();
    private static final int FINGERPRINT = 0x8028;
    private static final int FINGERPRINT_BYTES = 4;
    private static final int FINGERPRINT_XOR = 0x5354554E;
    private static final int IPV4_VALUE_BYTES = 8;
    private static final int IPV6_VALUE_BYTES = 20;

    private final boolean setsDontFragment;
    private final CRC32 crc = new CRC32();
    private IpAddress.Family family = IpAddress.Family.IPV4;
    private long peerHigh;
    private long peerLow;
    private int peerPort;
    private int dataIndex;
    private int dataLength;

    private boolean dontFragment;

    private boolean hasPeer;
    private boolean hasData;
    private boolean malformed;

    /**
     * A reader.
     *
     * @param setsDontFragment whether the server can set the DF bit, as DONT-FRAGMENT asks
     */
    SendIndication(boolean setsDontFragment) {
        this.setsDontFragment = setsDontFragment;
    }

    /** Whether a STUN message is a Send indication, judged by its type. */
    static boolean isSendIndication(ByteBuffer datagram) {
        return datagram.remaining() >= StunMessage.HEADER_BYTES && datagram.getShort(datagram.position()) == TYPE;
    }

    /**
     * Reads a datagram for which {@link #isSendIndication} holds. Its position and limit stay.
     *
     * @return why to drop it, or null when it is good
     */
    @Nullable DropReason read(ByteBuffer datagram) {
        int start = datagram.position();
        int end = datagram.limit();
        if (datagram.getInt(start + 4) != StunMessage.MAGIC_COOKIE
                || (datagram.getShort(start + 2) & 0xFFFF) != end - start - StunMessage.HEADER_BYTES
                || (end - start) % 4 != 0) {
            return DropReason.MALFORMED_STUN;
        }
        hasPeer = false;
        hasData = false;
        malformed = false;
        dontFragment = false;
        boolean ignored = false;
        int at = start + StunMessage.HEADER_BYTES;
        for (int count = 0; at < end; count++) {
            int type = datagram.getShort(at) & 0xFFFF;
            int length = datagram.getShort(at + 2) & 0xFFFF;
            int value = at + StunMessage.ATTRIBUTE_HEADER_BYTES;
            int next = value + (length + 3 & ~3);
            if (next > end || count == MAX_ATTRIBUTES) {
                return DropReason.MALFORMED_STUN;
            }
            if (type == FINGERPRINT) {
                if (next != end || length != FINGERPRINT_BYTES) {
                    return DropReason.MALFORMED_STUN;
                }
                if (datagram.getInt(value) != fingerprint(datagram, at)) {
                    return DropReason.WRONG_FINGERPRINT;
                }
            } else if (type == MessageIntegrity.SHA1.type() || type == MessageIntegrity.SHA256.type()) {
                MessageIntegrity integrity =
                        type == MessageIntegrity.SHA1.type() ? MessageIntegrity.SHA1 : MessageIntegrity.SHA256;
                if (!integrity.mayHaveLength(length)) {
                    return DropReason.MALFORMED_STUN;
                }
                ignored = true; // RFC 8489 section 14.5: what follows MUST be ignored, but for FINGERPRINT
            } else if (!ignored) {
                readAttribute(datagram, type, value, length);
            }
            at = next;
        }
        return hasPeer && hasData && !malformed ? null : DropReason.MALFORMED_INDICATION;
    }

    private void readAttribute(ByteBuffer datagram, int type, int value, int length) {
        if (type == TurnAttributes.XOR_PEER_ADDRESS.type()) {
            if (!hasPeer) {
                hasPeer = true;
                readPeer(datagram, value, length);
            }
        } else if (type == TurnAttributes.DATA.type()) {
            if (!hasData) {
                hasData = true;
                dataIndex = value;
                dataLength = length;
            }
        } else if (type == DONT_FRAGMENT && setsDontFragment) {
            dontFragment = true;
        } else if (!KnownAttributes.mayOccur(type)) {
            // RFC 8489 section 6.3.2: with unknown comprehension-required attributes, "the indication is discarded".
            // RFC 8656 section 11.2 wants that of DONT-FRAGMENT, too, where the server cannot set the DF bit.
            malformed = true;
        }
    }

    private void readPeer(ByteBuffer datagram, int value, int length) {
        int start = datagram.position();
        int cookie = StunMessage.MAGIC_COOKIE;
        int code = length == IPV4_VALUE_BYTES || length == IPV6_VALUE_BYTES ? datagram.get(value + 1) : 0;
        if (code == IpAddress.Family.IPV4.code() && length == IPV4_VALUE_BYTES) {
            family = IpAddress.Family.IPV4;
            peerHigh = 0;
            peerLow = Integer.toUnsignedLong(datagram.getInt(value + 4) ^ cookie);
        } else if (code == IpAddress.Family.IPV6.code() && length == IPV6_VALUE_BYTES) {
            family = IpAddress.Family.IPV6;
            peerHigh = datagram.getLong(value + 4) ^ datagram.getLong(start + 4); // magic cookie and id
            peerLow = datagram.getLong(value + 12) ^ datagram.getLong(start + 12);
        } else {
            malformed = true;
            return;
        }
        peerPort = (datagram.getShort(value + 2) ^ cookie >>> 16) & 0xFFFF;
    }

    /** FINGERPRINT is last, so the header's length field already is what it has to be. */
    private int fingerprint(ByteBuffer datagram, int attributeIndex) {
        int start = datagram.position();
        int end = datagram.limit();
        crc.reset();
        datagram.limit(attributeIndex);
        crc.update(datagram);
        datagram.limit(end).position(start);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    IpAddress.Family family() {
        return family;
    }

    /** As in {@link IpAddress#high()}. */
    long peerHigh() {
        return peerHigh;
    }

    /** As in {@link IpAddress#low()}. */
    long peerLow() {
        return peerLow;
    }

    int peerPort() {
        return peerPort;
    }

    /** The peer as an object. */
    TransportAddress peer() {
        return new TransportAddress(new IpAddress(family, peerHigh, peerLow), peerPort);
    }

    /** Whether the data has to leave with the DF bit set. */
    boolean dontFragment() {
        return dontFragment;
    }

    /** Absolute index of the data in the datagram. */
    int dataIndex() {
        return dataIndex;
    }

    int dataLength() {
        return dataLength;
    }
}
