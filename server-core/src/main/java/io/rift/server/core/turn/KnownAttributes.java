package io.rift.server.core.turn;

import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.turn.TurnAttributes;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The comprehension-required attributes of RFC 8489 and RFC 8656 that this server understands. DONT-FRAGMENT is one more
 * where the server can set the DF bit; elsewhere RFC 8656 section 7.2 step 4 wants it treated as unknown.
 */
final class KnownAttributes {
    private static final int COMPREHENSION_OPTIONAL = 0x8000;

    /** Their types. */
    static final Set<Integer> TYPES = List.<StunAttribute<?>>of(
                    StunAttributes.MAPPED_ADDRESS,
                    StunAttributes.USERNAME,
                    StunAttributes.ERROR_CODE,
                    StunAttributes.UNKNOWN_ATTRIBUTES,
                    StunAttributes.REALM,
                    StunAttributes.NONCE,
                    StunAttributes.PASSWORD_ALGORITHM,
                    StunAttributes.USERHASH,
                    StunAttributes.XOR_MAPPED_ADDRESS,
                    TurnAttributes.CHANNEL_NUMBER,
                    TurnAttributes.LIFETIME,
                    TurnAttributes.XOR_PEER_ADDRESS,
                    TurnAttributes.DATA,
                    TurnAttributes.XOR_RELAYED_ADDRESS,
                    TurnAttributes.REQUESTED_ADDRESS_FAMILY,
                    TurnAttributes.EVEN_PORT,
                    TurnAttributes.REQUESTED_TRANSPORT,
                    TurnAttributes.RESERVATION_TOKEN,
                    TurnAttributes.CONNECTION_ID)
            .stream()
            .map(StunAttribute::type)
            .collect(Collectors.toUnmodifiableSet());

    /** Their types with that of DONT-FRAGMENT. */
    static final Set<Integer> TYPES_AND_DONT_FRAGMENT = Stream.concat(
                    TYPES.stream(), Stream.of(TurnAttributes.DONT_FRAGMENT.type()))
            .collect(Collectors.toUnmodifiableSet());

    private static final boolean[] IS_KNOWN = new boolean[COMPREHENSION_OPTIONAL];

    static {
        for (int type : TYPES) {
            IS_KNOWN[type] = true;
        }
    }

    private KnownAttributes() {}

    /** Whether a message with an attribute of this type, other than DONT-FRAGMENT, can be understood. Makes no object. */
    static boolean mayOccur(int type) {
        return type >= COMPREHENSION_OPTIONAL || IS_KNOWN[type];
    }
}
