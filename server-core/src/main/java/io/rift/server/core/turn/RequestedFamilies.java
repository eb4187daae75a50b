package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.AddressError;
import io.rift.protocol.turn.TurnAttributes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The address families of the relayed transport addresses that an Allocate request asks for, by RFC 8656 section 7.2.
 *
 * @param served those that this server can give, IPv4 first; none if none
 * @param unserved the one of two that it cannot give
 */
record RequestedFamilies(
        List<IpAddress.Family> served, @Nullable AddressError unserved) {

    private static final int NONE = 0;

    /** Whether the request contradicts itself or the RFC, for which it gets 400. */
    static boolean areMalformed(StunMessage request) {
        boolean requests = request.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY);
        boolean adds = request.has(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY);
        if (requests && request.get(TurnAttributes.REQUESTED_ADDRESS_FAMILY) == null) {
            return true;
        }
        if (!adds) {
            return false;
        }
        // "The server checks if the request contains both REQUESTED-ADDRESS-FAMILY and ADDITIONAL-ADDRESS-FAMILY
        // attributes. If yes, then the server rejects the request with a 400 (Bad Request) error."
        // "... contains an EVEN-PORT attribute with the R bit set to 1. If yes, and the request also contains an
        // ADDITIONAL-ADDRESS-FAMILY attribute, the server rejects the request with a 400 (Bad Request) error."
        // "... contains an ADDITIONAL-ADDRESS-FAMILY attribute. If yes, and the attribute value is 0x01 (IPv4 address
        // family), then the server rejects the request with a 400 (Bad Request) error."
        return requests
                || Boolean.TRUE.equals(request.get(TurnAttributes.EVEN_PORT))
                || code(request, TurnAttributes.ADDITIONAL_ADDRESS_FAMILY) != IpAddress.Family.IPV6.code();
    }

    /**
     * The families of a request that is not malformed.
     *
     * @param relayed the families that this server relays
     */
    static RequestedFamilies of(StunMessage request, Set<IpAddress.Family> relayed) {
        if (request.has(TurnAttributes.ADDITIONAL_ADDRESS_FAMILY)) {
            List<IpAddress.Family> served = List.of(IpAddress.Family.values()).stream()
                    .filter(relayed::contains)
                    .toList();
            return new RequestedFamilies(served, served.size() == 1 ? unserved(served.getFirst()) : null);
        }
        // "If the REQUESTED-ADDRESS-FAMILY attribute is absent and the server supports the IPv4 address family, the
        // server MUST allocate an IPv4 relayed transport address for the TURN client." If it does not support IPv4,
        // that is 440, too.
        int code = request.has(TurnAttributes.REQUESTED_ADDRESS_FAMILY)
                ? code(request, TurnAttributes.REQUESTED_ADDRESS_FAMILY)
                : IpAddress.Family.IPV4.code();
        return new RequestedFamilies(
                relayed.stream().filter(family -> family.code() == code).toList(), null);
    }

    private static AddressError unserved(IpAddress.Family served) {
        IpAddress.Family other = served == IpAddress.Family.IPV4 ? IpAddress.Family.IPV6 : IpAddress.Family.IPV4;
        return new AddressError(other, ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED);
    }

    private static int code(StunMessage request, StunAttribute<Integer> attribute) {
        Integer code = request.get(attribute);
        return code == null ? NONE : code;
    }
}
