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
        for (String text : List.of("", "short", "sixteen letters!", "AAAAAAAAAAAAAAAA", "A".repeat(200))) {
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

    @Test
    void survivesTheYear2106WhenTheSecondsOverflow() {
        long overflow = 1L << 32;
        byte[] nonce = nonces.issue(CLIENT, overflow - 10);

        assertThat(nonces.isValid(nonce, CLIENT, overflow + 10)).isTrue();
        assertThat(nonces.isValid(nonce, CLIENT, overflow + 600)).isFalse();
    }

    @Test
    void refusesKeysAndLifetimesThatProtectNothing() {
        assertThatThrownBy(() -> new Nonces(List.of(), 600)).hasMessageContaining("1 to 2 nonce keys");
        assertThatThrownBy(() -> new Nonces(List.of(KEY, KEY, KEY), 600)).hasMessageContaining("1 to 2 nonce keys");
        assertThatThrownBy(() -> new Nonces(List.of(new byte[15]), 600)).hasMessageContaining("at least 16 bytes");
        assertThatThrownBy(() -> new Nonces(List.of(KEY), 0)).hasMessageContaining("positive");
    }

    private static byte[] key(int fill) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) fill);
        return key;
    }
}
