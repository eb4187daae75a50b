package io.rift.server.core.turn;

import static io.rift.server.core.turn.TestClient.assertError;
import static io.rift.server.core.turn.TestClient.assertSuccess;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 8489 section 6.3 for messages that need no credentials. */
class BindingTest {
    private final TestServer shard = new TestServer();
    private final TestClient client = TestClient.alice(shard);

    @Test
    @Requirement(
            rfc = 8489,
            section = "12",
            text = "A Binding request is answered with the source address that it was seen with")
    void aBindingRequestIsAnsweredWithTheClientsAddress() {
        byte[] request = TestClient.begin(StunMethod.BINDING).encode();

        StunMessage response = client.exchange(request);

        assertSuccess(response);
        assertThat(response.method()).isEqualTo(StunMethod.BINDING);
        assertThat(response.transactionId())
                .isEqualTo(StunMessage.parse(ByteBuffer.wrap(request)).transactionId());
        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS)).isEqualTo(client.address);
        assertThat(response.hasFingerprint()).isFalse();
        assertThat(shard.server.counters().bindingResponses()).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8489, section = "14.2", text = "XOR-MAPPED-ADDRESS holds IPv4 and IPv6 addresses")
    void aClientOverIpv6LearnsItsIpv6Address() {
        TestClient ipv6 = TestClient.alice(shard, TransportAddress.parse("[2001:db8::10]:5000"));

        StunMessage response =
                ipv6.exchange(TestClient.begin(StunMethod.BINDING).encode());

        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS)).isEqualTo(ipv6.address);
    }

    @Test
    @Requirement(rfc = 8489, section = "7", text = "A request with FINGERPRINT gets a response with one")
    void theResponseHasAFingerprintWhenTheRequestHasOne() {
        StunMessage response =
                client.exchange(TestClient.begin(StunMethod.BINDING).encodeWithFingerprint());

        assertThat(response.fingerprintIsValid()).isTrue();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "6.3.1",
            text = "Unknown comprehension-required attributes are answered 420 with their list")
    void unknownComprehensionRequiredAttributesAreListedWith420() {
        StunMessage response = client.exchange(TestClient.begin(StunMethod.BINDING)
                .add(StunAttributes.PRIORITY, 1L)
                .add(TurnAttributes.DONT_FRAGMENT, true)
                .encode());

        assertError(response, ErrorCode.UNKNOWN_ATTRIBUTE);
        assertThat(response.get(StunAttributes.UNKNOWN_ATTRIBUTES))
                .isEqualTo(List.of(StunAttributes.PRIORITY.type(), TurnAttributes.DONT_FRAGMENT.type()));
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "Unknown comprehension-optional attributes are ignored")
    void unknownComprehensionOptionalAndKnownButUselessAttributesAreIgnored() {
        assertSuccess(client.exchange(TestClient.begin(StunMethod.BINDING)
                .add(StunAttributes.ICE_CONTROLLING, 1L)
                .add(TurnAttributes.LIFETIME, 1L)
                .encode()));
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3.2", text = "An indication is never answered")
    void aBindingIndicationIsTakenAsAKeepAlive() {
        assertThat(client.send(message(MessageClass.INDICATION, StunMethod.BINDING)))
                .isNull();
        assertNothingDropped();
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "A method or class that the usage does not have is discarded")
    void responsesAndUnsupportedMethodsAreDropped() {
        int unsupported = 0x00D;
        for (byte[] message : List.of(
                message(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING),
                message(MessageClass.ERROR_RESPONSE, StunMethod.BINDING),
                message(MessageClass.REQUEST, unsupported),
                message(MessageClass.INDICATION, unsupported))) {
            assertThat(client.send(message)).isNull();
        }
        assertThat(shard.drops(DropReason.UNEXPECTED_MESSAGE)).isEqualTo(4);
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "A message with a wrong FINGERPRINT is discarded")
    void aWrongFingerprintIsDropped() {
        byte[] request = TestClient.begin(StunMethod.BINDING).encodeWithFingerprint();
        request[request.length - 1]++;

        assertThat(client.send(request)).isNull();
        assertThat(shard.drops(DropReason.WRONG_FINGERPRINT)).isEqualTo(1);
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "A message that is not well-formed is discarded")
    void whatOnlyLooksLikeStunIsDropped() {
        byte[] withoutCookie = TestClient.begin(StunMethod.BINDING).encode();
        withoutCookie[4]++;

        assertThat(client.send(withoutCookie)).isNull();
        assertThat(client.send(new byte[19])).isNull();
        assertThat(shard.drops(DropReason.MALFORMED_STUN)).isEqualTo(2);
    }

    @Test
    void whatIsNeitherStunNorChannelDataIsDropped() {
        for (int first : new int[] {0x80, 0xC0, 0xE1, 0xFF}) {
            assertThat(client.send(new byte[] {(byte) first, 0, 0, 0})).isNull();
        }
        assertThat(client.send(new byte[0])).isNull();
        assertThat(shard.drops(DropReason.NOT_STUN_OR_CHANNEL_DATA)).isEqualTo(5);
    }

    private void assertNothingDropped() {
        for (DropReason reason : DropReason.values()) {
            assertThat(shard.drops(reason)).as(reason.name()).isZero();
        }
    }

    private static byte[] message(MessageClass messageClass, int method) {
        return StunEncoder.of(messageClass, method, new TransactionId(1, 2)).encode();
    }
}
