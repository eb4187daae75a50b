package io.rift.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PeerIdTest {
    /** The public key of RFC 8032 section 7.1 test 1. Text and fingerprint were computed with Python's hashlib and base64. */
    private static final PeerId RFC_8032 =
            PeerId.of(HexFormat.of().parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));

    @Test
    void writesTheDocumentedTextAndFingerprint() {
        assertThat(RFC_8032).hasToString("25njqamcweflpvkl73j4szahhihoc4xt3ktcgjnpaingr5yhkenggkqb");
        assertThat(RFC_8032.fingerprint()).isEqualTo("d669 cb09 d631 82cb 992b ae6c 2cd0 42dd");
    }

    @Test
    void readsWhatItWritesInEitherCase() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            byte[] key = new byte[PeerId.BYTES];
            random.nextBytes(key);
            PeerId id = PeerId.of(key);
            assertThat(PeerId.parse(id.toString())).isEqualTo(id).hasSameHashCodeAs(id);
            assertThat(PeerId.parse(id.toString().toUpperCase(java.util.Locale.ROOT)))
                    .isEqualTo(id);
        }
    }

    @Test
    void findsATypingErrorInAnyPlace() {
        String text = RFC_8032.toString();
        for (int i = 0; i < text.length(); i++) {
            String wrong = text.substring(0, i) + (text.charAt(i) == 'q' ? 'r' : 'q') + text.substring(i + 1);
            assertThatIllegalArgumentException().isThrownBy(() -> PeerId.parse(wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeerId.parse(text + "a"))
                .withMessageContaining("56 characters, not 57");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PeerId.parse("1" + text.substring(1)))
                .withMessageContaining("a-z and 2-7");
    }

    @Test
    void ordersByUnsignedBytes() {
        byte[] low = new byte[32];
        byte[] high = new byte[32];
        high[0] = (byte) 0x80;
        assertThat(PeerId.of(low)).isLessThan(PeerId.of(high));
    }

    @Test
    void keepsItsOwnCopyOfTheKey() {
        byte[] key = RFC_8032.bytes();
        PeerId id = PeerId.of(key);
        key[0] ^= 1;
        id.bytes()[1] ^= 1;
        assertThat(id).isEqualTo(RFC_8032);
    }
}
