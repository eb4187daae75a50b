package io.rift.cli.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryTest {
    private static final Canary CANARY = new Canary("canary-0123456789abcdef");

    @Test
    void isFoundAsItStandsAtEveryPlace() {
        for (int before = 0; before < 40; before++) {
            assertThat(CANARY.isIn(amidNoise(before, bytes(CANARY.text(), StandardCharsets.UTF_8))))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE"})
    void isFoundInUtf16(String charset) {
        assertThat(CANARY.isIn(amidNoise(7, bytes(CANARY.text(), Charset.forName(charset)))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "xy", "xyz"})
    void isFoundInBase64WhateverStandsBeforeIt(String before) {
        String encoded =
                Base64.getEncoder().encodeToString(bytes(before + CANARY.text() + "tail", StandardCharsets.UTF_8));
        assertThat(CANARY.isIn(amidNoise(5, bytes(encoded, StandardCharsets.UTF_8))))
                .isTrue();
    }

    @Test
    void isFoundInHexadecimalDigits() {
        byte[] plain = bytes(CANARY.text(), StandardCharsets.UTF_8);
        assertThat(CANARY.isIn(amidNoise(3, bytes(HexFormat.of().formatHex(plain), StandardCharsets.UTF_8))))
                .isTrue();
        assertThat(CANARY.isIn(
                        amidNoise(3, bytes(HexFormat.of().withUpperCase().formatHex(plain), StandardCharsets.UTF_8))))
                .isTrue();
    }

    @Test
    void isFoundUnderTheMaskOfAWebSocketClient() {
        byte[] mask = {0x5A, (byte) 0xC3, 0x11, (byte) 0x9F};
        for (int before = 0; before < 4; before++) {
            byte[] frame = bytes("y".repeat(before) + CANARY.text() + "tail", StandardCharsets.UTF_8);
            for (int i = 0; i < frame.length; i++) {
                frame[i] ^= mask[i % 4];
            }
            assertThat(CANARY.isIn(amidNoise(9, frame))).isTrue();
        }
    }

    @Test
    void isNotFoundWhereItIsNot() {
        byte[] almost = bytes(CANARY.text(), StandardCharsets.UTF_8);
        almost[almost.length - 1] ^= 1;
        assertThat(CANARY.isIn(amidNoise(100_000, almost))).isFalse();
        assertThat(CANARY.isIn(ByteBuffer.allocate(0))).isFalse();
        assertThat(CANARY.isIn(ByteBuffer.wrap(bytes(CANARY.text().substring(1), StandardCharsets.UTF_8))))
                .isFalse();
    }

    @Test
    void isFoundInAFile(@TempDir Path directory) throws IOException {
        Path with = Files.write(
                directory.resolve("with"),
                amidNoise(1_000_000, bytes(CANARY.text(), StandardCharsets.UTF_8))
                        .array());
        Path without = Files.write(
                directory.resolve("without"), amidNoise(1_000_000, new byte[0]).array());
        assertThat(CANARY.isIn(with)).isTrue();
        assertThat(CANARY.isIn(without)).isFalse();
    }

    @Test
    void randomOnesDiffer() {
        assertThat(Canary.random(new Random(1))).isNotEqualTo(Canary.random(new Random(2)));
    }

    @Test
    void shortOrForeignTextIsRefused() {
        assertThatThrownBy(() -> new Canary("short")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Canary("ä".repeat(20))).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] bytes(String text, Charset charset) {
        return text.getBytes(charset);
    }

    private static ByteBuffer amidNoise(int before, byte[] content) {
        Random random = new Random(before);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] noise = new byte[before];
        random.nextBytes(noise);
        bytes.writeBytes(noise);
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[] {1, 2, 3});
        return ByteBuffer.wrap(bytes.toByteArray());
    }
}
