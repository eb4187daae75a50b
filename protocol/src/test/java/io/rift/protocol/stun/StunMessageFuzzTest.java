package io.rift.protocol.stun;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** No bytes make the parser or an accessor throw, and what it accepts has exactly the datagram's length. */
class StunMessageFuzzTest {
    private static final List<StunAttribute<?>> ATTRIBUTES = List.of(
            StunAttributes.MAPPED_ADDRESS,
            StunAttributes.XOR_MAPPED_ADDRESS,
            StunAttributes.USERNAME,
            StunAttributes.REALM,
            StunAttributes.NONCE,
            StunAttributes.SOFTWARE,
            StunAttributes.ERROR_CODE,
            StunAttributes.UNKNOWN_ATTRIBUTES,
            StunAttributes.PRIORITY,
            StunAttributes.USE_CANDIDATE,
            StunAttributes.ICE_CONTROLLED,
            StunAttributes.ICE_CONTROLLING,
            TurnAttributes.CHANNEL_NUMBER,
            TurnAttributes.LIFETIME,
            TurnAttributes.XOR_PEER_ADDRESS,
            TurnAttributes.XOR_RELAYED_ADDRESS,
            TurnAttributes.DATA,
            TurnAttributes.REQUESTED_ADDRESS_FAMILY,
            TurnAttributes.REQUESTED_TRANSPORT,
            TurnAttributes.EVEN_PORT,
            TurnAttributes.DONT_FRAGMENT,
            TurnAttributes.RESERVATION_TOKEN,
            StunAttributes.PASSWORD_ALGORITHM,
            StunAttributes.PASSWORD_ALGORITHMS,
            StunAttributes.USERHASH,
            StunAttributes.ALTERNATE_DOMAIN,
            StunAttributes.ALTERNATE_SERVER,
            DiscoveryAttributes.CHANGE_REQUEST,
            DiscoveryAttributes.PADDING,
            DiscoveryAttributes.RESPONSE_PORT,
            DiscoveryAttributes.RESPONSE_ORIGIN,
            DiscoveryAttributes.OTHER_ADDRESS,
            TurnAttributes.CONNECTION_ID,
            TurnAttributes.ADDITIONAL_ADDRESS_FAMILY,
            TurnAttributes.ADDRESS_ERROR_CODE,
            TurnAttributes.ICMP,
            TurnAttributes.MOBILITY_TICKET);

    @FuzzTest
    void parseNeverThrows(byte[] datagram) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(datagram));
        if (message == null) {
            return;
        }
        if (message.length() != datagram.length) {
            throw new AssertionError("accepted " + message.length() + " of " + datagram.length + " bytes");
        }
        for (StunAttribute<?> attribute : ATTRIBUTES) {
            boolean present = message.has(attribute);
            List<?> all = message.all(attribute);
            boolean valued = message.get(attribute) != null || all == null || !all.isEmpty();
            if (valued && !present) {
                throw new AssertionError(attribute + " has a value but is absent");
            }
        }
        message.unknownComprehensionRequired(Set.of());
        message.verify(MessageIntegrity.SHA1, new byte[] {1});
        message.verify(MessageIntegrity.SHA256, new byte[] {1}, 16);
        message.fingerprintIsValid();
        message.messageClass();
    }
}
