package io.rift.server.config;

import io.rift.server.core.auth.Nonces;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/** The secrets of the nonces in challenges: the configured ones, or one that lives as long as this process. */
public final class NonceSecrets {
    private static final int GENERATED_BYTES = 32;

    private final List<byte[]> secrets;

    /** The configured secrets, or a new one. */
    public NonceSecrets(TurnProperties settings, SecureRandom random) {
        if (settings.nonceSecrets().isEmpty()) {
            byte[] secret = new byte[GENERATED_BYTES];
            random.nextBytes(secret);
            secrets = List.of(secret);
        } else {
            secrets = settings.nonceSecrets().stream()
                    .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                    .toList();
        }
    }

    /**
     * The nonces, the same at each call.
     *
     * @throws IllegalArgumentException if there are too many secrets or one is too short
     */
    public Nonces nonces() {
        return new Nonces(secrets, Nonces.DEFAULT_LIFETIME_SECONDS);
    }
}
