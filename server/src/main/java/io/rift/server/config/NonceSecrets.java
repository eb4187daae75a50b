package io.rift.server.config;

import io.rift.server.core.auth.Nonces;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/** The nonces of challenges, under the configured secrets or one that lives as long as this process. */
public final class NonceSecrets {
    private static final int GENERATED_BYTES = 32;

    private NonceSecrets() {}

    /**
     * The nonces. Clients are told to hide their user names only where every user is a static one: a time-limited name
     * cannot be found by its hash.
     *
     * @throws IllegalArgumentException if there are too many secrets or one is too short
     */
    public static Nonces nonces(TurnProperties settings, SecureRandom random) {
        boolean usernameAnonymity =
                !settings.users().isEmpty() && settings.sharedSecrets().isEmpty();
        return new Nonces(secrets(settings, random), Nonces.DEFAULT_LIFETIME_SECONDS, usernameAnonymity);
    }

    private static List<byte[]> secrets(TurnProperties settings, SecureRandom random) {
        if (!settings.nonceSecrets().isEmpty()) {
            return settings.nonceSecrets().stream()
                    .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
        byte[] secret = new byte[GENERATED_BYTES];
        random.nextBytes(secret);
        return List.of(secret);
    }
}
