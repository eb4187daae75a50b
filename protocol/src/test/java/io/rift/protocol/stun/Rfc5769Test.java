package io.rift.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The test vectors of RFC 5769, byte for byte. */
class Rfc5769Test {
    private static final String REQUEST = "000100582112a442b7e7a701bc34d686fa87dfae"
            + "802200105354554e207465737420636c69656e74"
            + "002400046e0001ff"
            + "80290008932ff9b151263b36"
            + "000600096576746a3a68367659202020"
            + "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
            + "80280004e57a3bcf";
    private static final String IPV4_RESPONSE = "0101003c2112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220"
            + "002000080001a147e112a643"
            + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
            + "80280004c07d4c96";
    private static final String IPV6_RESPONSE = "010100482112a442b7e7a701bc34d686fa87dfae"
            + "8022000b7465737420766563746f7220"
            + "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
            + "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
            + "80280004c8fb0b4c";
    private static final String LONG_TERM_REQUEST = "000100602112a44278ad3433c6ad72c029da412e"
            + "00060012e3839ee38388e383aae38383e382afe382b90000"
            + "0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341"
            + "0014000b6578616d706c652e6f726700"
            + "00080014f67024656dd64a3e02b8e0712e85c9a28ca89666";
    private static final byte[] SHORT_TERM_KEY = StunKeys.shortTerm("VOkJxbRl1RmTxUk/WvJxBt");
    private static final TransactionId ID = new TransactionId(0xb7e7a701, 0xbc34d686fa87dfaeL);

    @Test
    @Requirement(rfc = 5769, section = "2.1", text = "The sample request is read and verified byte for byte")
    void section21Request() {
        StunMessage request = parse(REQUEST);
        assertThat(request.is(MessageClass.REQUEST, StunMethod.BINDING)).isTrue();
        assertThat(request.transactionId()).isEqualTo(ID);
        assertThat(request.get(StunAttributes.SOFTWARE)).isEqualTo("STUN test client");
        assertThat(request.get(StunAttributes.PRIORITY)).isEqualTo(0x6e0001ffL);
        assertThat(request.get(StunAttributes.ICE_CONTROLLED)).isEqualTo(0x932ff9b151263b36L);
        assertThat(request.get(StunAttributes.USERNAME)).isEqualTo("evtj:h6vY");
        assertThat(request.verifyMessageIntegrity(SHORT_TERM_KEY)).isTrue();
        assertThat(request.fingerprintIsValid()).isTrue();
    }

    @Test
    @Requirement(rfc = 5769, section = "2.2", text = "The sample IPv4 response is read and verified byte for byte")
    void section22ResponseIpv4() {
        StunMessage response = parse(IPV4_RESPONSE);
        assertThat(response.is(MessageClass.SUCCESS_RESPONSE, StunMethod.BINDING))
                .isTrue();
        assertThat(response.get(StunAttributes.SOFTWARE)).isEqualTo("test vector");
        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS))
                .isEqualTo(TransportAddress.parse("192.0.2.1:32853"));
        assertThat(response.verifyMessageIntegrity(SHORT_TERM_KEY)).isTrue();
        assertThat(response.fingerprintIsValid()).isTrue();
    }

    @Test
    @Requirement(rfc = 5769, section = "2.3", text = "The sample IPv6 response is read and verified byte for byte")
    void section23ResponseIpv6() {
        StunMessage response = parse(IPV6_RESPONSE);
        assertThat(response.get(StunAttributes.XOR_MAPPED_ADDRESS))
                .isEqualTo(TransportAddress.parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
        assertThat(response.verifyMessageIntegrity(SHORT_TERM_KEY)).isTrue();
        assertThat(response.fingerprintIsValid()).isTrue();
    }

    @Test
    @Requirement(
            rfc = 5769,
            section = "2.4",
            text = "The sample request with long-term credentials is read and verified byte for byte")
    void section24RequestWithLongTermAuthentication() {
        StunMessage request = parse(LONG_TERM_REQUEST);
        String username = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
        assertThat(request.get(StunAttributes.USERNAME)).isEqualTo(username);
        assertThat(request.get(StunAttributes.NONCE))
                .isEqualTo("f//499k954d6OL34oL9FSTvy64sA".getBytes(StandardCharsets.US_ASCII));
        assertThat(request.get(StunAttributes.REALM)).isEqualTo("example.org");
        // The password is given after SASLprep.
        assertThat(request.verifyMessageIntegrity(StunKeys.longTerm(username, "example.org", "TheMatrIX")))
                .isTrue();
        assertThat(request.hasFingerprint()).isFalse();
    }

    /** The other vectors pad with spaces, which our encoder never writes. */
    @Test
    @Requirement(
            rfc = 5769,
            section = "2.4",
            text = "The sample request with long-term credentials is written byte for byte")
    void theEncoderWritesTheLongTermRequestByteForByte() {
        StunMessage request = parse(LONG_TERM_REQUEST);
        String username = request.get(StunAttributes.USERNAME);
        byte[] written = StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, request.transactionId())
                .add(StunAttributes.USERNAME, username)
                .add(StunAttributes.NONCE, request.get(StunAttributes.NONCE))
                .add(StunAttributes.REALM, "example.org")
                .encodeWithIntegrity(StunKeys.longTerm(username, "example.org", "TheMatrIX"));
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(LONG_TERM_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, IPV4_RESPONSE, IPV6_RESPONSE})
    @Requirement(rfc = 8489, section = "14.5", text = "MESSAGE-INTEGRITY covers the whole message before it")
    @Requirement(rfc = 8489, section = "14.7", text = "FINGERPRINT covers the whole message before it")
    void noBitCanBeFlippedUnnoticed(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        int fingerprint = bytes.length - 8;
        int integrity = fingerprint - 24;
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            StunMessage message = StunMessage.parse(ByteBuffer.wrap(bytes));
            if (message != null) {
                assertThat(message.fingerprintIsValid()).as("bit %d", bit).isFalse();
                assertThat(message.verifyMessageIntegrity(SHORT_TERM_KEY))
                        .as("bit %d", bit)
                        .isEqualTo(bit / 8 >= fingerprint && bit / 8 >= integrity);
            }
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    private static StunMessage parse(String hex) {
        StunMessage message = StunMessage.parse(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
        assertThat(message).isNotNull();
        return message;
    }
}
