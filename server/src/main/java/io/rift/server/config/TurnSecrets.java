package io.rift.server.config;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The shared secrets of time-limited TURN users, as configured, or one that lives as long as this process.
 *
 * @param all newest first, never empty
 * @param generated whether it was made at this start
 */
public record TurnSecrets(List<String> all, boolean generated) {

    private static final int GENERATED_BYTES = 32;

    /** Takes a copy. */
    public TurnSecrets {
        all = List.copyOf(all);
    }

    /** The configured secrets, or a new one. */
    public static TurnSecrets of(TurnProperties settings, SecureRandom random) {
        if (!settings.sharedSecrets().isEmpty()) {
            return new TurnSecrets(settings.sharedSecrets(), false);
        }
        byte[] secret = new byte[GENERATED_BYTES];
        random.nextBytes(secret);
        return new TurnSecrets(List.of(Base64.getUrlEncoder().withoutPadding().encodeToString(secret)), true);
    }

    /** The one that signs new credentials. */
    public String newest() {
        return all.getFirst();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "TurnSecrets[" + all.size() + (generated ? ", generated]" : "]");
    }
}
