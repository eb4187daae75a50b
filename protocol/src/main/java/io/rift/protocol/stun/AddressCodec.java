package io.rift.protocol.stun;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The address values of RFC 8489 sections 14.1 and 14.2, plain and XORed. */
public final class AddressCodec {
    private static final int HEADER_BYTES = 4;

    private AddressCodec() {}

    /** An attribute in the format of MAPPED-ADDRESS. */
    public static StunAttribute<TransportAddress> plain(int type, String name) {
        return StunAttribute.of(
                type, name, (value, id) -> read(value, 0, 0, 0), (out, value, id) -> write(out, value, 0, 0, 0));
    }

    /** An attribute in the format of XOR-MAPPED-ADDRESS. */
    public static StunAttribute<TransportAddress> xor(int type, String name) {
        return StunAttribute.of(
                type,
                name,
                (value, id) -> read(value, StunMessage.MAGIC_COOKIE, id.high(), id.low()),
                (out, value, id) -> write(out, value, StunMessage.MAGIC_COOKIE, id.high(), id.low()));
    }

    private static @Nullable TransportAddress read(ByteBuffer value, int cookie, int idHigh, long idLow) {
        if (value.remaining() < HEADER_BYTES) {
            return null;
        }
        value.get(); // RFC 8489 section 14.1: "The first 8 bits ... MUST be ignored by receivers"
        int family = value.get();
        int port = (value.getShort() ^ cookie >>> 16) & 0xFFFF;
        if (family == IpAddress.Family.IPV4.code() && value.remaining() == IpAddress.Family.IPV4.bytes()) {
            return TransportAddress.ofIpv4(value.getInt() ^ cookie, port);
        }
        if (family == IpAddress.Family.IPV6.code() && value.remaining() == IpAddress.Family.IPV6.bytes()) {
            long high = value.getLong() ^ ((long) cookie << 32 | Integer.toUnsignedLong(idHigh));
            return new TransportAddress(IpAddress.ofIpv6(high, value.getLong() ^ idLow), port);
        }
        return null;
    }

    private static void write(ByteBuffer out, TransportAddress address, int cookie, int idHigh, long idLow) {
        IpAddress ip = address.ip();
        out.put((byte) 0).put((byte) ip.family().code()).putShort((short) (address.port() ^ cookie >>> 16));
        if (ip.isIpv4()) {
            out.putInt(ip.ipv4() ^ cookie);
        } else {
            out.putLong(ip.high() ^ ((long) cookie << 32 | Integer.toUnsignedLong(idHigh)));
            out.putLong(ip.low() ^ idLow);
        }
    }
}
