package io.rift.protocol.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.AddressCodec;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import java.nio.ByteBuffer;

/** The attributes of RFC 8656 section 18, and those of RFC 6062 (TCP) and RFC 8016 (mobility). */
public final class TurnAttributes {

    /** The transport protocol of REQUESTED-TRANSPORT: UDP's number in the IP header. */
    public static final int UDP = 17;

    /** The transport protocol of REQUESTED-TRANSPORT for RFC 6062: TCP's number in the IP header. */
    public static final int TCP = 6;

    /** Longest mobility ticket that is read, in bytes. */
    public static final int MAX_MOBILITY_TICKET_BYTES = 256;

    /** Length of a reservation token in bytes. */
    public static final int RESERVATION_TOKEN_BYTES = 8;

    /** The channel number, 16 bits, whether or not it is one that may be bound. */
    public static final StunAttribute<Integer> CHANNEL_NUMBER = StunAttribute.of(
            0x000C,
            "CHANNEL-NUMBER",
            (value, id) -> value.remaining() == 4 ? value.getShort() & 0xFFFF : null,
            (out, value, id) -> out.putShort((short) (int) value).putShort((short) 0));

    /** Seconds, unsigned 32 bits. */
    public static final StunAttribute<Long> LIFETIME = StunAttributes.unsigned32(0x000D, "LIFETIME");

    public static final StunAttribute<TransportAddress> XOR_PEER_ADDRESS = AddressCodec.xor(0x0012, "XOR-PEER-ADDRESS");

    /** The payload of an indication; what is read is a slice of the message, not a copy. */
    public static final StunAttribute<ByteBuffer> DATA =
            StunAttribute.of(0x0013, "DATA", (value, id) -> value, (out, value, id) -> out.put(value.duplicate()));

    public static final StunAttribute<TransportAddress> XOR_RELAYED_ADDRESS =
            AddressCodec.xor(0x0016, "XOR-RELAYED-ADDRESS");

    /** The family's code, 1 or 2, or any other byte that a client sent. */
    public static final StunAttribute<Integer> REQUESTED_ADDRESS_FAMILY = firstByte(0x0017, "REQUESTED-ADDRESS-FAMILY");

    /** Whether the R bit asks to reserve the next higher port. */
    public static final StunAttribute<Boolean> EVEN_PORT = StunAttribute.of(
            0x0018,
            "EVEN-PORT",
            (value, id) -> value.remaining() == 1 ? value.get() < 0 : null,
            (out, value, id) -> out.put((byte) (value ? 0x80 : 0)));

    /** A protocol number of the IP header: {@link #UDP}, with RFC 6062 also {@link #TCP}. */
    public static final StunAttribute<Integer> REQUESTED_TRANSPORT = firstByte(0x0019, "REQUESTED-TRANSPORT");

    public static final StunAttribute<Boolean> DONT_FRAGMENT = StunAttribute.flag(0x001A, "DONT-FRAGMENT");

    public static final StunAttribute<byte[]> RESERVATION_TOKEN =
            StunAttribute.opaque(0x0022, "RESERVATION-TOKEN", length -> length == RESERVATION_TOKEN_BYTES);

    /** RFC 6062 section 6.2.1: an unsigned 32-bit number that stands for one connection to a peer. */
    public static final StunAttribute<Long> CONNECTION_ID = StunAttributes.unsigned32(0x002A, "CONNECTION-ID");

    /** The family's code, or any other byte that a client sent; RFC 8656 section 18.11 allows only IPv6. */
    public static final StunAttribute<Integer> ADDITIONAL_ADDRESS_FAMILY =
            firstByte(0x8000, "ADDITIONAL-ADDRESS-FAMILY");

    /** Why one of two families could not be allocated; RFC 8656 section 18.12. */
    public static final StunAttribute<AddressError> ADDRESS_ERROR_CODE = StunAttribute.of(
            0x8001,
            "ADDRESS-ERROR-CODE",
            (value, id) -> AddressError.read(value),
            (out, value, id) -> value.write(out));

    /** RFC 8656 section 18.13. */
    public static final StunAttribute<IcmpError> ICMP = StunAttribute.of(
            0x8004, "ICMP", (value, id) -> IcmpError.read(value), (out, value, id) -> value.write(out));

    /** RFC 8016 section 3.4: opaque; empty where a client asks for mobility. */
    public static final StunAttribute<byte[]> MOBILITY_TICKET =
            StunAttribute.opaque(0x8030, "MOBILITY-TICKET", length -> length <= MAX_MOBILITY_TICKET_BYTES);

    private TurnAttributes() {}

    private static StunAttribute<Integer> firstByte(int type, String name) {
        return StunAttribute.of(
                type,
                name,
                (value, id) -> value.remaining() == 4 ? value.get() & 0xFF : null,
                (out, value, id) -> out.put((byte) (int) value).put(new byte[3]));
    }
}
