package io.rift.server.core.turn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttribute;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SendIndicationTest {
    private static final TransportAddress PEER = TestServer.PEER;
    private static final StunAttribute<byte[]> UNKNOWN_REQUIRED = opaque(0x7001);
    private static final StunAttribute<byte[]> UNKNOWN_OPTIONAL = opaque(0xF001);

    private final SendIndication indication = new SendIndication(false);

    @Test
    void readsPeerAndDataOfBothFamiliesAtAnyPosition() {
        for (String address : List.of("198.51.100.20:6000", "[2001:db8::1:2]:65535", "0.0.0.0:0")) {
            TransportAddress peer = TransportAddress.parse(address);
            for (String text : List.of("", "1", "12", "123", "1234")) {
                byte[] message = begin().add(TurnAttributes.XOR_PEER_ADDRESS, peer)
                        .add(TurnAttributes.DATA, data(text))
                        .encode();
                ByteBuffer datagram = ByteBuffer.allocateDirect(200)
                        .position(13)
                        .put(message)
                        .flip()
                        .position(13);

                assertThat(SendIndication.isSendIndication(datagram)).isTrue();
                assertThat(indication.read(datagram)).isNull();
                assertThat(indication.peer()).isEqualTo(peer);
                assertThat(TestServer.text(datagram.slice(indication.dataIndex(), indication.dataLength())))
                        .isEqualTo(text);
                assertThat(datagram.position()).isEqualTo(13);
                assertThat(datagram.limit()).isEqualTo(13 + message.length);
            }
        }
    }

    @Test
    @Requirement(rfc = 8489, section = "14", text = "Of an attribute that may occur once the first occurrence counts")
    void onlyTheFirstOccurrenceOfAnAttributeCounts() {
        ByteBuffer datagram = encode(good().add(TurnAttributes.XOR_PEER_ADDRESS, TestServer.DENIED_PEER)
                .add(TurnAttributes.DATA, data("second")));

        assertThat(indication.read(datagram)).isNull();
        assertThat(indication.peer()).isEqualTo(PEER);
        assertThat(indication.dataLength()).isEqualTo(5);
    }

    @Test
    void nothingIsCarriedOverFromTheIndicationBefore() {
        assertThat(indication.read(encode(good()))).isNull();
        assertThat(indication.read(encode(begin().add(TurnAttributes.DATA, data("x")))))
                .isEqualTo(DropReason.MALFORMED_INDICATION);
        assertThat(indication.read(encode(begin().add(TurnAttributes.XOR_PEER_ADDRESS, PEER))))
                .isEqualTo(DropReason.MALFORMED_INDICATION);
        assertThat(indication.read(encode(good().add(UNKNOWN_REQUIRED, new byte[0]))))
                .isEqualTo(DropReason.MALFORMED_INDICATION);
        assertThat(indication.read(encode(good()))).isNull();
    }

    @Test
    void attributesBeyondTheBoundAreNotRead() {
        StunEncoder most = good();
        for (int count = 2; count < SendIndication.MAX_ATTRIBUTES; count++) {
            most.add(UNKNOWN_OPTIONAL, new byte[0]);
        }
        assertThat(indication.read(encode(most))).isNull();
        assertThat(indication.read(encode(most.add(UNKNOWN_OPTIONAL, new byte[0]))))
                .isEqualTo(DropReason.MALFORMED_STUN);
    }

    @Test
    void unknownComprehensionRequiredAttributesAndDontFragmentMakeItUseless() {
        assertThat(indication.read(encode(good().add(UNKNOWN_REQUIRED, new byte[4]))))
                .isEqualTo(DropReason.MALFORMED_INDICATION);
        assertThat(indication.read(encode(good().add(TurnAttributes.DONT_FRAGMENT, true))))
                .isEqualTo(DropReason.MALFORMED_INDICATION);
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "Unknown comprehension-optional attributes are ignored")
    void unknownComprehensionOptionalAndKnownButUselessAttributesAreIgnored() {
        assertThat(indication.read(encode(good().add(UNKNOWN_OPTIONAL, new byte[3]))))
                .isNull();
        assertThat(indication.read(encode(good().add(TurnAttributes.LIFETIME, 1L))))
                .isNull();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "14.5",
            text = "Attributes after MESSAGE-INTEGRITY, but for MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, are ignored")
    void whatFollowsMessageIntegrityIsIgnored() {
        byte[] signed = begin().encodeWithIntegrity(new byte[16]);
        byte[] attributes = good().encode();
        ByteBuffer forged = ByteBuffer.allocate(signed.length + attributes.length - StunMessage.HEADER_BYTES)
                .put(signed)
                .put(attributes, StunMessage.HEADER_BYTES, attributes.length - StunMessage.HEADER_BYTES)
                .flip();
        forged.putShort(2, (short) (forged.limit() - StunMessage.HEADER_BYTES));

        assertThat(indication.read(forged)).isEqualTo(DropReason.MALFORMED_INDICATION);
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "A message with a wrong FINGERPRINT is discarded")
    void aFingerprintHasToBeRightAndLast() {
        byte[] good = good().encodeWithFingerprint();
        byte[] wrong = good.clone();
        wrong[good.length - 1]++;
        ByteBuffer notLast = ByteBuffer.allocate(good.length + 4)
                .put(good)
                .putInt(0xF0010000)
                .flip();
        notLast.putShort(2, (short) (notLast.limit() - StunMessage.HEADER_BYTES));

        assertThat(indication.read(ByteBuffer.wrap(good))).isNull();
        assertThat(indication.read(ByteBuffer.wrap(wrong))).isEqualTo(DropReason.WRONG_FINGERPRINT);
        assertThat(indication.read(notLast)).isEqualTo(DropReason.MALFORMED_STUN);
    }

    @Test
    void aPeerAddressOfAWrongFamilyOrLengthMakesItUseless() {
        StunAttribute<byte[]> peer = opaque(TurnAttributes.XOR_PEER_ADDRESS.type());
        for (byte[] value : List.of(
                new byte[0], new byte[8], new byte[] {0, 2, 0, 0, 0, 0, 0, 0}, new byte[20], new byte[] {0, 1, 0, 0, 0
                })) {
            assertThat(indication.read(encode(begin().add(peer, value).add(TurnAttributes.DATA, data("x")))))
                    .isEqualTo(DropReason.MALFORMED_INDICATION);
        }
    }

    @Test
    void structuralFaultsAreFound() {
        byte[] good = good().encode();
        byte[] wrongCookie = good.clone();
        wrongCookie[4]++;
        byte[] wrongLength = good.clone();
        wrongLength[3] = (byte) (wrongLength[3] + 4);
        byte[] attributeTooLong = good.clone();
        attributeTooLong[StunMessage.HEADER_BYTES + 3] = 100;

        for (byte[] bad : List.of(wrongCookie, wrongLength, attributeTooLong)) {
            assertThat(indication.read(ByteBuffer.wrap(bad))).isEqualTo(DropReason.MALFORMED_STUN);
        }
    }

    /** The two readers of STUN in this server must not disagree, or one of them could be talked around. */
    @Test
    void agreesWithStunMessageOnWhateverBytes() {
        SplittableRandom random = new SplittableRandom(3);
        byte[][] seeds = {
            good().encode(),
            good().encodeWithFingerprint(),
            good().encodeWithIntegrityAndFingerprint(new byte[16]),
            good().add(UNKNOWN_OPTIONAL, new byte[5]).encode()
        };
        int goodOnes = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] message = seeds[random.nextInt(seeds.length)].clone();
            for (int changes = random.nextInt(3); changes > 0; changes--) {
                message[random.nextInt(2, message.length)] = (byte) random.nextInt(-2, 40);
            }
            ByteBuffer datagram = ByteBuffer.wrap(message);
            DropReason reason = indication.read(datagram);
            StunMessage parsed = StunMessage.parse(datagram);
            assertThat(reason == DropReason.MALFORMED_STUN).isEqualTo(parsed == null);
            if (parsed != null) {
                assertThat(reason == null).isEqualTo(isGood(parsed));
            }
            if (reason == null) {
                goodOnes++;
                assertThat(indication.peer()).isEqualTo(parsed.get(TurnAttributes.XOR_PEER_ADDRESS));
                assertThat(datagram.slice(indication.dataIndex(), indication.dataLength()))
                        .isEqualTo(parsed.get(TurnAttributes.DATA));
            }
        }
        assertThat(goodOnes).isBetween(10_000, 190_000);
    }

    private static boolean isGood(StunMessage message) {
        return (!message.hasFingerprint() || message.fingerprintIsValid())
                && message.get(TurnAttributes.XOR_PEER_ADDRESS) != null
                && message.get(TurnAttributes.DATA) != null
                && message.unknownComprehensionRequired(KnownAttributes.TYPES).isEmpty();
    }

    private static StunEncoder begin() {
        return StunEncoder.of(
                MessageClass.INDICATION, TurnMethod.SEND, new TransactionId(0x01020304, 0x05060708090A0B0CL));
    }

    private static StunEncoder good() {
        return begin().add(TurnAttributes.XOR_PEER_ADDRESS, PEER).add(TurnAttributes.DATA, data("hello"));
    }

    private static ByteBuffer encode(StunEncoder encoder) {
        return ByteBuffer.wrap(encoder.encode());
    }

    private static ByteBuffer data(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static StunAttribute<byte[]> opaque(int type) {
        return StunAttribute.opaque(type, "attribute " + type, length -> true);
    }
}
