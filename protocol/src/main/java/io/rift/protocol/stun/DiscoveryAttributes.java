package io.rift.protocol.stun;

import io.rift.protocol.TransportAddress;

/** The attributes of NAT behaviour discovery, RFC 5780 section 7. */
public final class DiscoveryAttributes {

    /**
     * What CHANGE-REQUEST asks for, RFC 5780 section 7.2.
     *
     * @param address whether to answer from the other IP address
     * @param port whether to answer from the other port
     */
    public record Change(boolean address, boolean port) {
        private static final int ADDRESS_BIT = 4;
        private static final int PORT_BIT = 2;
    }

    public static final StunAttribute<Change> CHANGE_REQUEST = StunAttribute.of(
            0x0003,
            "CHANGE-REQUEST",
            (value, id) -> {
                if (value.remaining() != 4) {
                    return null;
                }
                int flags = value.getInt();
                return new Change((flags & Change.ADDRESS_BIT) != 0, (flags & Change.PORT_BIT) != 0);
            },
            (out, value, id) ->
                    out.putInt((value.address() ? Change.ADDRESS_BIT : 0) | (value.port() ? Change.PORT_BIT : 0)));

    /** How many bytes of padding; they are written as zeros, and what they hold is not read. */
    public static final StunAttribute<Integer> PADDING = StunAttribute.of(
            0x0026, "PADDING", (value, id) -> value.remaining(), (out, value, id) -> out.put(new byte[value]));

    /** The port to answer to; section 7.5 has two bytes of padding behind it, which may be the attribute's own. */
    public static final StunAttribute<Integer> RESPONSE_PORT = StunAttribute.of(
            0x0027,
            "RESPONSE-PORT",
            (value, id) -> value.remaining() == 2 || value.remaining() == 4 ? value.getShort() & 0xFFFF : null,
            (out, value, id) -> out.putShort((short) (int) value).putShort((short) 0));

    /** Where the response was sent from. */
    public static final StunAttribute<TransportAddress> RESPONSE_ORIGIN = AddressCodec.plain(0x802B, "RESPONSE-ORIGIN");

    /** The server's other address and port. */
    public static final StunAttribute<TransportAddress> OTHER_ADDRESS = AddressCodec.plain(0x802C, "OTHER-ADDRESS");

    private DiscoveryAttributes() {}
}
