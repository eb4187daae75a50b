package io.rift.server.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedSecretsTest {
    private static final long EXPIRY = 1_800_000_000;
    private static final SharedSecrets NORTH = new SharedSecrets(List.of("north"));

    /** Computed with: printf 1800000000:alice | openssl dgst -sha1 -hmac north -binary | base64. */
    private static final String PASSWORD = "sIm7pn/teO7y3AyXGeXl/xAQR6Q=";

    @Test
    void aPasswordIsTheBase64HmacSha1OfTheUserName() {
        TimeLimitedCredential credential = NORTH.issue("alice", EXPIRY);

        assertThat(credential.username()).isEqualTo("1800000000:alice");
        assertThat(credential.password()).isEqualTo(PASSWORD);
        assertThat(credential.expirySeconds()).isEqualTo(EXPIRY);
    }

    @Test
    void aUserIsKnownUntilItsExpiryAndNotFromThenOn() {
        assertThat(NORTH.passwords("1800000000:alice", EXPIRY - 1)).containsExactly(PASSWORD);
        assertThat(NORTH.passwords("1800000000:alice", EXPIRY)).isEmpty();
    }

    @Test
    void everySecretIsTriedWhileTheyRotateAndTheFirstOneIssues() {
        SharedSecrets rotating = new SharedSecrets(List.of("south", "north"));

        assertThat(rotating.passwords("1800000000:alice", 0)).hasSize(2).endsWith(PASSWORD);
        assertThat(rotating.issue("alice", EXPIRY).password())
                .isEqualTo(new SharedSecrets(List.of("south"))
                        .issue("alice", EXPIRY)
                        .password());
    }

    @Test
    void aUserMayHaveNoNameBehindItsExpiry() {
        assertThat(NORTH.passwords("1800000000", 0)).hasSize(1);
        assertThat(NORTH.passwords("1800000000:", 0)).hasSize(1);
    }

    @Test
    void aUserWithoutAReadableExpiryIsUnknown() {
        for (String username : List.of(
                "",
                ":",
                "alice",
                ":alice",
                "alice:1800000000",
                "-1:alice",
                "+1:alice",
                " 1:a",
                "18446744073709551616:alice",
                "9999999999999:alice",
                "\u0661\u0662:alice")) {
            assertThat(NORTH.passwords(username, 0)).as(username).isEmpty();
        }
    }

    @Test
    void withoutSecretsThereAreNoSuchUsers() {
        assertThat(SharedSecrets.none().passwords("1800000000:alice", 0)).isEmpty();
        assertThatThrownBy(() -> SharedSecrets.none().issue("alice", EXPIRY)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void quotasCountByTheNameBehindTheExpiry() {
        assertThat(SharedSecrets.account("1800000000:alice")).isEqualTo("alice");
        assertThat(SharedSecrets.account("1800000000:alice:phone")).isEqualTo("alice:phone");
        assertThat(SharedSecrets.account("1800000000:")).isEqualTo("1800000000:");
        assertThat(SharedSecrets.account("1800000000")).isEqualTo("1800000000");
    }

    @Test
    void refusesEmptyAndTooManySecrets() {
        assertThatThrownBy(() -> new SharedSecrets(List.of("north", ""))).hasMessageContaining("empty");
        assertThatThrownBy(() -> new SharedSecrets(Collections.nCopies(SharedSecrets.MAX_SECRETS + 1, "north")))
                .hasMessageContaining("at most 8");
    }

    @Test
    void aCredentialDoesNotShowItsPassword() {
        assertThat(NORTH.issue("alice", EXPIRY).toString()).contains("alice").doesNotContain(PASSWORD);
    }
}
