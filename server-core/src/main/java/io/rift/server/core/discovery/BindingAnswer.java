package io.rift.server.core.discovery;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.DiscoveryAttributes;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;

/**
 * One Binding response of RFC 5780.
 *
 * @param from the socket to send it from
 * @param to where to send it
 * @param mapped where the request came from
 * @param origin how clients see {@code from}
 * @param other how clients see the server's other address and port
 * @param paddingBytes how long PADDING shall be, 0 for none
 */
public record BindingAnswer(
        TransportAddress from,
        TransportAddress to,
        TransportAddress mapped,
        TransportAddress origin,
        TransportAddress other,
        int paddingBytes) {

    private static final int ADDRESS_VALUE_HEADER_BYTES = 4;

    /**
     * Writes the attributes. RFC 5780 section 6.1 wants all four addresses. Where there is no room for all of them, which
     * is so for a request without any attribute over IPv6, those that say least are left out; PADDING takes what is left.
     *
     * @param roomBytes how many bytes the attributes may have
     */
    public StunEncoder addTo(StunEncoder encoder, int roomBytes) {
        encoder.add(StunAttributes.XOR_MAPPED_ADDRESS, mapped);
        int room = roomBytes - bytes(mapped);
        if (room >= bytes(other)) {
            encoder.add(DiscoveryAttributes.OTHER_ADDRESS, other);
            room -= bytes(other);
        }
        if (room >= bytes(origin)) {
            encoder.add(DiscoveryAttributes.RESPONSE_ORIGIN, origin);
            room -= bytes(origin);
        }
        if (room >= bytes(mapped)) {
            encoder.add(StunAttributes.MAPPED_ADDRESS, mapped);
            room -= bytes(mapped);
        }
        int padding = Math.min(paddingBytes, room - StunMessage.ATTRIBUTE_HEADER_BYTES) & ~3;
        if (padding > 0) {
            encoder.add(DiscoveryAttributes.PADDING, padding);
        }
        return encoder;
    }

    private static int bytes(TransportAddress address) {
        return StunMessage.ATTRIBUTE_HEADER_BYTES
                + ADDRESS_VALUE_HEADER_BYTES
                + address.ip().family().bytes();
    }
}
