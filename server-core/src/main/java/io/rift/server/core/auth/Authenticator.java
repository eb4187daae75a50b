package io.rift.server.core.auth;

import io.rift.protocol.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The server side of the long-term credential mechanism of RFC 8489 section 9.2. Immutable and safe to share: shards
 * may use one instance, and users are changed by using another.
 *
 * <p>User names, passwords and the realm are used as the given UTF-8, without the OpaqueString profile of RFC 8265.
 */
public final class Authenticator {

    /**
     * The longest realm in bytes: with it, the challenge to a client's first Allocate of 28 bytes is still no larger
     * than twice the request, IP and UDP headers counted.
     */
    public static final int MAX_REALM_BYTES = 32;

    /** RFC 8489 section 14.3: the user name "MUST be a UTF-8-encoded sequence of fewer than 509 bytes". */
    public static final int MAX_USERNAME_BYTES = 508;

    private final String realm;
    private final Map<String, String> passwordByUsername;
    private final SharedSecrets secrets;
    private final Nonces nonces;

    /**
     * Knows these users.
     *
     * @param realm the REALM of every challenge
     * @param passwordByUsername static users
     * @param secrets for time-limited users
     * @param nonces for challenges
     * @throws IllegalArgumentException if the realm or a user name is empty or too long
     */
    public Authenticator(String realm, Map<String, String> passwordByUsername, SharedSecrets secrets, Nonces nonces) {
        requireLength("realm", realm, MAX_REALM_BYTES);
        passwordByUsername.keySet().forEach(name -> requireLength("user name", name, MAX_USERNAME_BYTES));
        this.realm = realm;
        this.passwordByUsername = new LinkedHashMap<>(passwordByUsername);
        this.secrets = secrets;
        this.nonces = nonces;
    }

    private static void requireLength(String what, String value, int maxBytes) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "the " + what + " '" + value + "' must have 1 to " + maxBytes + " bytes, not " + bytes);
        }
    }

    /** The realm of every challenge. */
    public String realm() {
        return realm;
    }

    /** A fresh nonce for a challenge to this client. */
    public byte[] nonce(TransportAddress client, long wallSeconds) {
        return nonces.issue(client, wallSeconds);
    }

    /** The passwords with which this user may sign now; none if there is no such user or it expired. */
    List<String> passwords(String username, long wallSeconds) {
        String password = passwordByUsername.get(username);
        return password != null ? List.of(password) : secrets.passwords(username, wallSeconds);
    }
}
