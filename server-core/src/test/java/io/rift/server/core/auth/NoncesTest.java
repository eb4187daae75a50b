package io.rift.server.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoncesTest {
    private static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.10:5000");
    private static final long NOW = 1_800_000_000;
    private static final byte[] KEY = key(1);
    private static final byte[] OTHER_KEY = key(2);

    private final Nonces nonces = new Nonces(List.of(KEY), 600);

    @Test
    @Requirement(rfc = 8656, section = "5", text = "A nonce expires, at least every hour")
    void aNonceIsGoodForItsLifetimeAndNoLonger() {
        byte[] nonce = nonces.issue(CLIENT, NOW);

        assertThat(nonces.isValid(nonce, CLIENT, NOW)).isTrue();
        assertThat(nonces.isValid(nonce, CLIENT, NOW + 599)).isTrue();
        assertThat(nonces.isValid(nonce, CLIENT, NOW + 600)).isFalse();
    }

    @Test
    void aNonceFromAnotherNodeMayBeALittleFromTheFuture() {
        byte[] nonce = nonces.issue(CLIENT, NOW);

        assertThat(nonces.isValid(nonce, CLIENT, NOW - Nonces.MAX_CLOCK_SKEW_SECONDS))
                .isTrue();
        assertThat(nonces.isValid(nonce, CLIENT, NOW - Nonces.MAX_CLOCK_SKEW_SECONDS - 1))
                .isFalse();
    }

    @Test
    @Requirement(rfc = 8489, section = "16.1.2", text = "A nonce of one client is of no use to another")
    void aNonceBelongsToOneAddressAndPort() {
        byte[] nonce = nonces.issue(CLIENT, NOW);

        for (String other : List.of("192.0.2.11:5000", "192.0.2.10:5001", "[2001:db8::1]:5000")) {
            TransportAddress client = TransportAddress.parse(other);
            assertThat(nonces.isValid(nonce, client, NOW)).as(other).isFalse();
            assertThat(nonces.issue(client, NOW)).as(other).isNotEqualTo(nonce);
        }
    }

    @Test
    void aNonceOutlivesTheKeyThatMadeItWhileTheKeysOverlap() {
        byte[] nonce = nonces.issue(CLIENT, NOW);

        assertThat(new Nonces(List.of(OTHER_KEY, KEY), 600).isValid(nonce, CLIENT, NOW))
                .isTrue();
        assertThat(new Nonces(List.of(OTHER_KEY), 600).isValid(nonce, CLIENT, NOW))
                .isFalse();
    }

    @Test
    void theFirstKeyMakesNewNonces() {
        byte[] nonce = new Nonces(List.of(OTHER_KEY, KEY), 600).issue(CLIENT, NOW);

        assertThat(new Nonces(List.of(OTHER_KEY), 600).isValid(nonce, CLIENT, NOW))
                .isTrue();
    }

    @Test
    void noBitOfANonceCanBeChanged() {
        byte[] nonce = nonces.issue(CLIENT, NOW);
        for (int bit = 0; bit < nonce.length * 8; bit++) {
            byte[] changed = nonce.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(nonces.isValid(changed, CLIENT, NOW)).as("bit %s", bit).isFalse();
        }
    }

    @Test
    void nothingButANonceIsANonce() {
        for (String text : List.of(
                "", "short", "sixteen letters!", "AAAAAAAAAAAAAAAA", "obMatJos2gAAAAAAAAAAAAAA", "A".repeat(200))) {
            assertThat(nonces.isValid(text.getBytes(StandardCharsets.UTF_8), CLIENT, NOW))
                    .as(text)
                    .isFalse();
        }
    }

    @Test
    @Requirement(rfc = 8489, section = "14.10", text = "A nonce is quoted text of fewer than 128 characters")
    void aNonceIsShortTextThatFitsIntoAQuotedString() {
        String nonce = new String(nonces.issue(CLIENT, NOW), StandardCharsets.US_ASCII);

        assertThat(nonce).hasSize(Nonces.NONCE_BYTES).matches("[A-Za-z0-9_-]*");
    }

    /** Bits "are assigned starting from the most significant side of the bit set". */
    @Test
    @Requirement(
            rfc = 8489,
            section = "9.2",
            text = "A nonce begins with the cookie obMatJos2 and the security features in base64")
    void aNonceBeginsWithTheCookieAndTheSecurityFeatures() {
        assertThat(new String(nonces.issue(CLIENT, NOW), StandardCharsets.US_ASCII))
                .startsWith("obMatJos2gAAA"); // 0x800000: password algorithms, and not username anonymity
    }

    @Test
    void anOldNonceIsStillKnownForWhatItWas() {
        byte[] nonce = nonces.issue(CLIENT, NOW);

        assertThat(nonces.wasIssued(nonce, CLIENT, NOW + 60_000)).isTrue();
        assertThat(nonces.wasIssued(nonce, TransportAddress.parse("192.0.2.10:5001"), NOW))
                .isFalse();
        for (long round = 1; round < 10; round++) {
            assertThat(nonces.wasIssued(nonce, CLIENT, NOW + round * 0x10000)).isFalse();
        }
    }

    @Test
    void featuresCannotBeTakenOutOfANonce() {
        byte[] nonce = nonces.issue(CLIENT, NOW);
        byte[] stripped = nonce.clone();
        stripped[9] = 'A';

        assertThat(nonces.isValid(nonce, CLIENT, NOW)).isTrue();
        assertThat(nonces.isValid(stripped, CLIENT, NOW)).isFalse();
    }

    @Test
    void nodesWithTheSameSecretAgreeAcrossTheTurnOfTheHour() {
        long hour = NOW - NOW % 3600;
        byte[] before = nonces.issue(CLIENT, hour - 1);
        Nonces otherNode = new Nonces(List.of(KEY), 600);

        assertThat(otherNode.isValid(before, CLIENT, hour + 100)).isTrue();
        assertThat(otherNode.isValid(nonces.issue(CLIENT, hour + 20), CLIENT, hour - 5))
                .isTrue();
    }

    /** The nonce tells only 16 bits of its time, which come again after 18 hours; the MAC covers all of them. */
    @Test
    void aNonceDoesNotComeBackToLife() {
        byte[] nonce = nonces.issue(CLIENT, NOW);
        for (long round = 1; round < 10; round++) {
            assertThat(nonces.isValid(nonce, CLIENT, NOW + round * 0x10000)).isFalse();
        }
    }

    @Test
    void survivesTheYear2106WhenTheSecondsOverflow() {
        long overflow = 1L << 32;
        byte[] nonce = nonces.issue(CLIENT, overflow - 10);

        assertThat(nonces.isValid(nonce, CLIENT, overflow + 10)).isTrue();
        assertThat(nonces.isValid(nonce, CLIENT, overflow + 600)).isFalse();
    }

    @Test
    void refusesKeysAndLifetimesThatProtectNothing() {
        assertThatThrownBy(() -> new Nonces(List.of(), 600)).hasMessageContaining("1 to 2 nonce secrets");
        assertThatThrownBy(() -> new Nonces(List.of(KEY, KEY, KEY), 600)).hasMessageContaining("1 to 2 nonce secrets");
        assertThatThrownBy(() -> new Nonces(List.of(new byte[15]), 600)).hasMessageContaining("at least 16 bytes");
        assertThatThrownBy(() -> new Nonces(List.of(KEY), 0)).hasMessageContaining("1 to 3600 s");
        assertThatThrownBy(() -> new Nonces(List.of(KEY), 3601)).hasMessageContaining("1 to 3600 s");
    }

    /** Computed by other means, from the formula that {@link Nonces} gives: every node has to arrive at these. */
    @Test
    void everyHourHasItsOwnKeyAndEveryNodeTheSame() {
        TransportAddress ipv6 = TransportAddress.parse("[2001:db8::1]:5000");

        assertThat(text(nonces.issue(CLIENT, NOW))).isEqualTo("obMatJos2gAAA0gDAYLuf1WM");
        assertThat(text(nonces.issue(CLIENT, NOW + 3600))).isEqualTo("obMatJos2gAAA4BAecBqpSnM");
        assertThat(text(nonces.issue(ipv6, NOW))).isEqualTo("obMatJos2gAAA0gBrI1qeT9s");
    }

    private static String text(byte[] nonce) {
        return new String(nonce, StandardCharsets.US_ASCII);
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
