package io.rift.protocol.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;

/**
 * Writes Send and Data indications (RFC 8656 section 11) in place: STUN header, XOR-PEER-ADDRESS and the header of DATA
 * go in front of a payload that stays where it is; up to three padding bytes go behind it.
 */
public final class DataIndication {

    /** Room that the longest header (IPv6) needs in front of a payload, in bytes. */
    public static final int MAX_HEADER_BYTES = 48;

    /** Room that the padding needs behind a payload, in bytes. */
    public static final int MAX_PADDING_BYTES = 3;

    private static final int SEND_TYPE = 0x0016;
    private static final int DATA_TYPE = 0x0017;
    private static final int ADDRESS_VALUE_HEADER_BYTES = 4;

    private DataIndication() {}

    /** Bytes in front of the payload: 36 for an IPv4 peer, 48 for an IPv6 one. */
    public static int headerBytes(IpAddress.Family family) {
        return StunMessage.HEADER_BYTES
                + 2 * StunMessage.ATTRIBUTE_HEADER_BYTES
                + ADDRESS_VALUE_HEADER_BYTES
                + family.bytes();
    }

    /** Bytes behind a payload of this length: DATA is padded to a multiple of 4. */
    public static int paddingBytes(int payloadLength) {
        return -payloadLength & 3;
    }

    /**
     * Writes a Data indication, from the server to the client, around a payload. Position and limit stay.
     *
     * @param payloadIndex where the payload begins; {@link #headerBytes} bytes lie before it
     * @param idHigh first 32 bits of the transaction id
     * @param idLow the other 64 bits
     */
    public static void writeData(
            ByteBuffer out, int payloadIndex, int payloadLength, int idHigh, long idLow, TransportAddress peer) {
        write(out, DATA_TYPE, payloadIndex, payloadLength, idHigh, idLow, peer);
    }

    /** Writes a Send indication, from the client to the server; the arguments are those of {@link #writeData}. */
    public static void writeSend(
            ByteBuffer out, int payloadIndex, int payloadLength, int idHigh, long idLow, TransportAddress peer) {
        write(out, SEND_TYPE, payloadIndex, payloadLength, idHigh, idLow, peer);
    }

    private static void write(
            ByteBuffer out,
            int type,
            int payloadIndex,
            int payloadLength,
            int idHigh,
            long idLow,
            TransportAddress peer) {
        IpAddress ip = peer.ip();
        int headerBytes = headerBytes(ip.family());
        int padding = paddingBytes(payloadLength);
        int at = payloadIndex - headerBytes;
        int cookie = StunMessage.MAGIC_COOKIE;
        out.putShort(at, (short) type);
        out.putShort(at + 2, (short) (headerBytes - StunMessage.HEADER_BYTES + payloadLength + padding));
        out.putInt(at + 4, cookie).putInt(at + 8, idHigh).putLong(at + 12, idLow);
        out.putShort(at + 20, (short) TurnAttributes.XOR_PEER_ADDRESS.type());
        out.putShort(at + 22, (short) (ADDRESS_VALUE_HEADER_BYTES + ip.family().bytes()));
        out.putShort(at + 24, (short) ip.family().code());
        out.putShort(at + 26, (short) (peer.port() ^ cookie >>> 16));
        if (ip.isIpv4()) {
            out.putInt(at + 28, (int) ip.low() ^ cookie);
        } else {
            out.putLong(at + 28, ip.high() ^ ((long) cookie << 32 | Integer.toUnsignedLong(idHigh)));
            out.putLong(at + 36, ip.low() ^ idLow);
        }
        out.putShort(payloadIndex - 4, (short) TurnAttributes.DATA.type());
        out.putShort(payloadIndex - 2, (short) payloadLength);
        for (int i = 0; i < padding; i++) {
            out.put(payloadIndex + payloadLength + i, (byte) 0);
        }
    }
}
