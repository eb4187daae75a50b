package io.rift.protocol.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OctetsTest {
    @Test
    void theTextFormIsBase64UrlWithoutPadding() {
        assertThat(Octets.of(new byte[] {(byte) 0xFB, (byte) 0xFF})).hasToString("-_8");
        assertThat(Octets.parse("-_8")).isEqualTo(Octets.of(new byte[] {(byte) 0xFB, (byte) 0xFF}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-_8=", "+/8", "-_9", "-", "-_8\n", " -_8", "-_8A="})
    void everyOtherFormIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Octets.parse(text));
    }

    @Test
    void nobodyCanChangeThem() {
        byte[] bytes = {1, 2};
        Octets octets = Octets.of(bytes);
        bytes[0] = 9;
        octets.toByteArray()[1] = 9;
        assertThat(octets).isEqualTo(Octets.of(new byte[] {1, 2}));
    }

    @Test
    void theyAreOrderedAsUnsignedNumbers() {
        assertThat(Octets.of(new byte[] {(byte) 0x80})).isGreaterThan(Octets.of(new byte[] {0x7F}));
    }
}
