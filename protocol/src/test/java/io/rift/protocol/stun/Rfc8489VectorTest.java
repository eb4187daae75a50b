package io.rift.protocol.stun;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * The sample of RFC 8489 appendix B.1 as its verified erratum corrects it: with PASSWORD-ALGORITHM, and signed with the
 * SHA-256 key.
 */
class Rfc8489VectorTest {
    private static final String REQUEST = "000100902112a44278ad3433c6ad72c029da412e"
            + "001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704"
            + "001500296f624d61744a6f7332414141"
            + "43662f2f3439396b39353464364f4c33346f4c3946535476793634734100"
            + "0000"
            + "0014000b6578616d706c652e6f726700"
            + "001d000400020000"
            + "001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65";
    private static final String USERNAME = "\u30DE\u30C8\u30EA\u30C3\u30AF\u30B9";
    private static final byte[] KEY = StunKeys.longTermSha256(USERNAME, "example.org", "TheMatrIX");

    @Test
    @Requirement(rfc = 8489, section = "B.1", text = "The sample request is read and verified")
    void appendixB1IsReadAndVerified() {
        StunMessage request = StunMessage.parse(ByteBuffer.wrap(HexFormat.of().parseHex(REQUEST)));
        assertThat(request).isNotNull();
        assertThat(request.is(MessageClass.REQUEST, StunMethod.BINDING)).isTrue();
        assertThat(request.get(StunAttributes.USERHASH)).isEqualTo(StunKeys.userhash(USERNAME, "example.org"));
        assertThat(request.get(StunAttributes.NONCE))
                .isEqualTo("obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA".getBytes(StandardCharsets.US_ASCII));
        assertThat(request.get(StunAttributes.REALM)).isEqualTo("example.org");
        assertThat(request.get(StunAttributes.PASSWORD_ALGORITHM)).isEqualTo(PasswordAlgorithm.SHA_256);
        assertThat(request.hasMessageIntegrity()).isFalse();
        assertThat(request.verify(MessageIntegrity.SHA256, KEY)).isTrue();
        assertThat(request.verify(MessageIntegrity.SHA256, StunKeys.longTerm(USERNAME, "example.org", "TheMatrIX")))
                .isFalse();
    }

    @Test
    @Requirement(rfc = 8489, section = "B.1", text = "The sample request is written byte for byte")
    void theEncoderWritesAppendixB1ByteForByte() {
        byte[] written = StunEncoder.of(
                        MessageClass.REQUEST, StunMethod.BINDING, new TransactionId(0x78ad3433, 0xc6ad72c029da412eL))
                .add(StunAttributes.USERHASH, StunKeys.userhash(USERNAME, "example.org"))
                .add(
                        StunAttributes.NONCE,
                        "obMatJos2AAACf//499k954d6OL34oL9FSTvy64sA".getBytes(StandardCharsets.US_ASCII))
                .add(StunAttributes.REALM, "example.org")
                .add(StunAttributes.PASSWORD_ALGORITHM, PasswordAlgorithm.SHA_256)
                .sign(MessageIntegrity.SHA256, KEY)
                .encode();
        assertThat(HexFormat.of().formatHex(written)).isEqualTo(REQUEST);
    }
}
