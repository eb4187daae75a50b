package io.rift.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.TurnAttributes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StunMessageTest {
    private static final TransactionId ID = new TransactionId(1, 2);
    private static final byte[] KEY = StunKeys.shortTerm("pass");
    private static final TransportAddress PEER = TransportAddress.parse("192.0.2.7:9");

    @ParameterizedTest
    @EnumSource
    @Requirement(rfc = 8489, section = "5", text = "Class and method are interleaved in the type field")
    void everyClassAndMethodSurvivesTheTypeField(MessageClass messageClass) {
        for (int method = 0; method <= StunMethod.MAX; method++) {
            StunMessage message = parse(StunEncoder.of(messageClass, method, ID).encode());
            assertThat(message.is(messageClass, method)).isTrue();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> StunEncoder.of(messageClass, 0x1000, ID));
    }

    /** RFC 8489 section 5: "Binding request has class=0b00 and method=0b000000000001 and is encoded into 0x0001". */
    @Test
    @Requirement(rfc = 8489, section = "5", text = "A Binding success response has the type 0x0101")
    void theBindingResponseIs0101() {
        byte[] bytes = StunEncoder.of(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING, ID)
                .encode();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("010100002112a442" + "00000001" + "0000000000000002");
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "14.5",
            text = "Attributes after MESSAGE-INTEGRITY, but for MESSAGE-INTEGRITY-SHA256 and FINGERPRINT, are ignored")
    void attributesAfterMessageIntegrityAreNotSeen() {
        byte[] signed = request().add(StunAttributes.USERNAME, "a").encodeWithIntegrity(KEY);
        byte[] appended = appendAttribute(appendAttribute(signed, 0x0025, ""), 0x7000, "00000000");
        StunMessage message = parse(appended);
        assertThat(message.get(StunAttributes.USERNAME)).isEqualTo("a");
        assertThat(message.has(StunAttributes.USE_CANDIDATE)).isFalse();
        assertThat(message.unknownComprehensionRequired(Set.of(0x0006))).isEmpty();
        assertThat(message.verifyMessageIntegrity(KEY)).isTrue();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "14.5",
            text = "The length that is signed ends with the integrity attribute, whatever follows")
    void integrityHoldsWhenAFingerprintFollows() {
        StunMessage message = parse(request().add(StunAttributes.USERNAME, "a").encodeWithIntegrityAndFingerprint(KEY));
        assertThat(message.verifyMessageIntegrity(KEY)).isTrue();
        assertThat(message.verifyMessageIntegrity(StunKeys.shortTerm("Pass"))).isFalse();
        assertThat(message.fingerprintIsValid()).isTrue();
        assertThat(parse(request().encode()).verifyMessageIntegrity(KEY)).isFalse();
        assertThat(parse(request().encode()).fingerprintIsValid()).isFalse();
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "14.6",
            text = "A message may carry MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256")
    void aMessageMayBeSignedBothWaysAndEachVerifiesWithItsKey() {
        byte[] sha256Key = StunKeys.longTermSha256("a", "realm", "pass");
        StunMessage message = parse(request()
                .add(StunAttributes.USERNAME, "a")
                .sign(MessageIntegrity.SHA1, KEY)
                .sign(MessageIntegrity.SHA256, sha256Key)
                .encodeWithFingerprint());
        assertThat(message.verify(MessageIntegrity.SHA1, KEY)).isTrue();
        assertThat(message.verify(MessageIntegrity.SHA256, sha256Key)).isTrue();
        assertThat(message.verify(MessageIntegrity.SHA256, KEY)).isFalse();
        assertThat(message.verify(MessageIntegrity.SHA1, sha256Key)).isFalse();
        assertThat(message.fingerprintIsValid()).isTrue();
        assertThat(message.unknownComprehensionRequired(Set.of(0x0006))).isEmpty();
    }

    @Test
    void nothingCanBeAddedOrSignedBehindTheSignature() {
        assertThatIllegalStateException()
                .isThrownBy(() -> request().sign(MessageIntegrity.SHA1, KEY).add(StunAttributes.USE_CANDIDATE, true));
        assertThatIllegalStateException()
                .isThrownBy(() -> request().sign(MessageIntegrity.SHA256, KEY).sign(MessageIntegrity.SHA1, KEY));
        assertThatIllegalStateException()
                .isThrownBy(() -> request().sign(MessageIntegrity.SHA256, KEY).sign(MessageIntegrity.SHA256, KEY));
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "14.6",
            text = "Attributes after MESSAGE-INTEGRITY-SHA256, but for FINGERPRINT, are ignored")
    void attributesAfterMessageIntegritySha256AreNotSeenAndAMessageIntegrityIsNone() {
        byte[] signed = request()
                .add(StunAttributes.USERNAME, "a")
                .sign(MessageIntegrity.SHA256, KEY)
                .encode();
        byte[] appended = appendAttribute(
                appendAttribute(appendAttribute(signed, 0x0025, ""), 0x7000, "00000000"), 0x0008, "00".repeat(20));
        StunMessage message = parse(appended);
        assertThat(message.has(StunAttributes.USE_CANDIDATE)).isFalse();
        assertThat(message.has(MessageIntegrity.SHA1)).isFalse();
        assertThat(message.unknownComprehensionRequired(Set.of(0x0006))).isEmpty();
        assertThat(message.verify(MessageIntegrity.SHA256, KEY)).isTrue();
    }

    /** RFC 8489 section 14.6: 16 to 32 bytes, a multiple of 4, and all 32 unless the usage allows fewer. */
    @Test
    @Requirement(
            rfc = 8489,
            section = "14.6",
            text = "MESSAGE-INTEGRITY-SHA256 has 16 to 32 bytes, and all 32 unless the usage allows fewer")
    void aTruncatedMessageIntegritySha256IsWrongUnlessTheUsageAllowsIt() {
        for (int length = 0; length <= 40; length++) {
            StunMessage message = StunMessage.parse(ByteBuffer.wrap(signedWithTruncated(length)));
            boolean wellFormed = length >= 16 && length <= 32 && length % 4 == 0;
            assertThat(message != null).as("%d bytes", length).isEqualTo(wellFormed);
            if (message != null) {
                assertThat(message.has(MessageIntegrity.SHA256)).isTrue();
                assertThat(message.verify(MessageIntegrity.SHA256, KEY)).isEqualTo(length == 32);
                assertThat(message.verify(MessageIntegrity.SHA256, KEY, 20)).isEqualTo(length >= 20);
                assertThat(message.verify(MessageIntegrity.SHA256, new byte[] {1}, 16))
                        .isFalse();
            }
        }
    }

    private static byte[] signedWithTruncated(int length) {
        byte[] bytes = request().add(StunAttributes.USERNAME, "a").encode();
        byte[] extended = appendAttribute(bytes, 0x001C, "00".repeat(length));
        byte[] hmac = MessageIntegrity.SHA256.hmac(ByteBuffer.wrap(extended), bytes.length, length, KEY);
        return appendAttribute(bytes, 0x001C, HexFormat.of().formatHex(Arrays.copyOf(hmac, length)));
    }

    @Test
    void anEmptyPasswordIsAKeyLikeAnyOther() {
        assertThat(parse(request().encodeWithIntegrity(new byte[0])).verifyMessageIntegrity(new byte[0]))
                .isTrue();
    }

    @Test
    @Requirement(rfc = 8489, section = "14.7", text = "FINGERPRINT is the last attribute")
    void nothingMayFollowTheFingerprint() {
        assertThat(StunMessage.parse(ByteBuffer.wrap(appendAttribute(request().encodeWithFingerprint(), 0x8022, ""))))
                .isNull();
    }

    @Test
    @Requirement(rfc = 8489, section = "14", text = "Of an attribute that may occur once the first occurrence counts")
    void theFirstOccurrenceCountsAndAllAreFound() {
        TransportAddress other = TransportAddress.parse("192.0.2.8:10");
        StunMessage message = parse(request()
                .add(TurnAttributes.XOR_PEER_ADDRESS, PEER)
                .add(TurnAttributes.XOR_PEER_ADDRESS, other)
                .encode());
        assertThat(message.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(PEER);
        assertThat(message.all(TurnAttributes.XOR_PEER_ADDRESS)).containsExactly(PEER, other);
        assertThat(message.all(StunAttributes.XOR_MAPPED_ADDRESS)).isEmpty();
    }

    @Test
    void aMalformedValueIsThereButHasNoValue() {
        StunMessage message = parse(appendAttribute(request().encode(), TurnAttributes.LIFETIME.type(), "0000"));
        assertThat(message.has(TurnAttributes.LIFETIME)).isTrue();
        assertThat(message.get(TurnAttributes.LIFETIME)).isNull();
        assertThat(message.all(TurnAttributes.LIFETIME)).isNull();
    }

    @Test
    void invalidUtf8IsMalformed() {
        StunMessage message = parse(appendAttribute(request().encode(), StunAttributes.USERNAME.type(), "ff"));
        assertThat(message.has(StunAttributes.USERNAME)).isTrue();
        assertThat(message.get(StunAttributes.USERNAME)).isNull();
    }

    @Test
    @Requirement(rfc = 8489, section = "14.13", text = "Unknown comprehension-required attributes are listed")
    void unknownComprehensionRequiredAttributesAreListedOnce() {
        byte[] bytes = request().encode();
        for (int type : List.of(0x7001, 0x0003, 0x7001, 0x8FFF, 0x0006)) {
            bytes = appendAttribute(bytes, type, "61");
        }
        assertThat(parse(bytes).unknownComprehensionRequired(Set.of(0x0006))).containsExactly(0x7001, 0x0003);
    }

    @Test
    void noMoreUnknownAttributesAreListedThanTheAttributeForThemHolds() {
        ByteBuffer bytes = ByteBuffer.allocate(20 + 4 * StunMessage.MAX_ATTRIBUTES)
                .put(request().encode());
        for (int type = 0x7000; bytes.hasRemaining(); type++) {
            bytes.putShort((short) type).putShort((short) 0);
        }
        bytes.putShort(2, (short) (bytes.capacity() - 20));

        List<Integer> unknown = parse(bytes.array()).unknownComprehensionRequired(Set.of(0x7001));

        assertThat(unknown).hasSize(64).startsWith(0x7000, 0x7002).doesNotHaveDuplicates();
        assertThat(parse(request()
                                .add(StunAttributes.UNKNOWN_ATTRIBUTES, unknown)
                                .encode())
                        .get(StunAttributes.UNKNOWN_ATTRIBUTES))
                .isEqualTo(unknown);
    }

    @Test
    void theViewLeavesTheDatagramAloneAndReadsDirectBuffersToo() {
        byte[] bytes = request()
                .add(TurnAttributes.DATA, ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .encodeWithFingerprint();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 9).position(5);
        direct.put(bytes).position(5).limit(5 + bytes.length);
        StunMessage message = StunMessage.parse(direct);
        assertThat(message).isNotNull();
        assertThat(message.fingerprintIsValid()).isTrue();
        assertThat(message.get(TurnAttributes.DATA)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(direct.position()).isEqualTo(5);
        assertThat(direct.limit()).isEqualTo(5 + bytes.length);
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "5",
            text = "The message length is that of the datagram without its header, in multiples of 4")
    void everyTruncationAndExtensionIsMalformed() {
        byte[] bytes = request().add(StunAttributes.SOFTWARE, "rift").encodeWithFingerprint();
        for (int length = 0; length < bytes.length; length++) {
            assertThat(StunMessage.parse(ByteBuffer.wrap(bytes, 0, length))).isNull();
        }
        assertThat(StunMessage.parse(ByteBuffer.wrap(java.util.Arrays.copyOf(bytes, bytes.length + 4))))
                .isNull();
    }

    @Test
    @Requirement(rfc = 8489, section = "6.3", text = "A message that is not well-formed is discarded")
    void anAttributeThatClaimsToBeLongerThanTheMessageIsMalformed() {
        byte[] bytes = appendAttribute(request().encode(), 0x8022, "61626364");
        bytes[23] = 5;
        assertThat(StunMessage.parse(ByteBuffer.wrap(bytes))).isNull();
        bytes[22] = (byte) 0xFF;
        assertThat(StunMessage.parse(ByteBuffer.wrap(bytes))).isNull();
    }

    @Test
    void moreAttributesThanTheBoundAreMalformed() {
        StunEncoder encoder = request();
        for (int i = 0; i < StunMessage.MAX_ATTRIBUTES; i++) {
            encoder.add(StunAttributes.USE_CANDIDATE, true);
        }
        assertThat(StunMessage.parse(ByteBuffer.wrap(encoder.encode()))).isNotNull();
        encoder.add(StunAttributes.USE_CANDIDATE, true);
        assertThat(StunMessage.parse(ByteBuffer.wrap(encoder.encode()))).isNull();
    }

    @Test
    void theEncoderGrowsUpToAWholeDatagramAndSaysWhenThatIsNotEnough() {
        ByteBuffer data = ByteBuffer.allocate(65_000);
        StunMessage message = parse(request().add(TurnAttributes.DATA, data).encodeWithIntegrityAndFingerprint(KEY));
        assertThat(message.verifyMessageIntegrity(KEY)).isTrue();
        assertThat(message.get(TurnAttributes.DATA).remaining()).isEqualTo(65_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().add(TurnAttributes.DATA, ByteBuffer.allocate(70_000)))
                .withMessageContaining("at most");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> request().add(StunAttributes.USERNAME, "u".repeat(514)))
                .withMessageContaining("USERNAME has at most 513 bytes, not 514");
    }

    @Test
    @Requirement(rfc = 8489, section = "14.8", text = "An error code is a class, a number and a reason phrase")
    void errorCodesSurvive() {
        for (int code : List.of(300, 401, 438, 487, 508, 699)) {
            ErrorCode error = new ErrorCode(code, "why");
            assertThat(parse(request().add(StunAttributes.ERROR_CODE, error).encode())
                            .get(StunAttributes.ERROR_CODE))
                    .isEqualTo(error);
        }
        for (String value : List.of("00000701", "00000201", "00000464", "000004")) {
            byte[] bytes = appendAttribute(request().encode(), StunAttributes.ERROR_CODE.type(), value);
            assertThat(parse(bytes).get(StunAttributes.ERROR_CODE)).isNull();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new ErrorCode(700, ""));
    }

    @Test
    @Requirement(rfc = 8489, section = "14", text = "Padding is zero when sent and ignored when received")
    void paddingIsZero() {
        byte[] bytes = request().add(StunAttributes.SOFTWARE, "abcde").encode();
        assertThat(HexFormat.of().formatHex(bytes, 20, bytes.length)).isEqualTo("80220005" + "6162636465" + "000000");
    }

    private static StunEncoder request() {
        return StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, ID);
    }

    private static StunMessage parse(byte[] bytes) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(bytes));
        assertThat(message).isNotNull();
        return message;
    }

    private static byte[] appendAttribute(byte[] message, int type, String valueHex) {
        byte[] value = HexFormat.of().parseHex(valueHex);
        ByteBuffer out = ByteBuffer.allocate(message.length + 4 + (value.length + 3 & ~3));
        out.put(message).putShort((short) type).putShort((short) value.length).put(value);
        return out.putShort(2, (short) (out.capacity() - 20)).array();
    }
}
