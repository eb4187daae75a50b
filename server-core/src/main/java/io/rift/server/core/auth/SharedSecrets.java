package io.rift.server.core.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Time-limited users, as in "A REST API For Access To TURN Services" (draft-uberti-behave-turn-rest-00), which coturn
 * calls {@code static-auth-secret}: who knows the secret makes up a user {@code expiry:name} with the password
 * base64(HMAC-SHA1(secret, user)), and the server needs no list of users.
 *
 * <p>Several secrets may overlap while they rotate: the first makes new credentials, all are accepted. Immutable and
 * safe to share.
 */
public final class SharedSecrets {

    /** The most secrets that may overlap; each costs work for every request with a wrong password. */
    public static final int MAX_SECRETS = 8;

    private static final String ALGORITHM = "HmacSHA1";
    private static final int MAX_EXPIRY_DIGITS = 12;

    private final List<SecretKeySpec> secrets;

    /**
     * Users of these secrets.
     *
     * @param secrets newest first; none means that there are no such users
     * @throws IllegalArgumentException if a secret is empty or there are too many
     */
    public SharedSecrets(List<String> secrets) {
        if (secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException("at most " + MAX_SECRETS + " shared secrets, not " + secrets.size());
        }
        List<SecretKeySpec> keys = new ArrayList<>();
        for (String secret : secrets) {
            if (secret.isEmpty()) {
                throw new IllegalArgumentException("a shared secret must not be empty");
            }
            keys.add(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
        }
        this.secrets = List.copyOf(keys);
    }

    /** No such users. */
    public static SharedSecrets none() {
        return new SharedSecrets(List.of());
    }

    /**
     * A credential under the newest secret.
     *
     * @param name who gets it; quotas count by it
     * @param expirySeconds Unix time from which on it is refused
     * @throws IllegalStateException if there is no secret
     */
    public TimeLimitedCredential issue(String name, long expirySeconds) {
        if (secrets.isEmpty()) {
            throw new IllegalStateException("no shared secret to issue a credential under");
        }
        String username = expirySeconds + ":" + name;
        return new TimeLimitedCredential(username, password(secrets.getFirst(), username), expirySeconds);
    }

    /** The passwords with which this user may sign now: one per secret, none if it expired or is no such user. */
    List<String> passwords(String username, long wallSeconds) {
        if (secrets.isEmpty() || wallSeconds >= expirySeconds(username)) {
            return List.of();
        }
        return secrets.stream().map(secret -> password(secret, username)).toList();
    }

    /** The name within {@code expiry:name}, by which quotas count; the whole user name where there is none. */
    static String account(String username) {
        int colon = username.indexOf(':');
        return colon < 0 || colon == username.length() - 1 ? username : username.substring(colon + 1);
    }

    /** The number before the first colon, or of the whole name as coturn takes it, or 0 when there is none. */
    static long expirySeconds(String username) {
        int colon = username.indexOf(':');
        int end = colon < 0 ? username.length() : colon;
        if (end == 0 || end > MAX_EXPIRY_DIGITS) {
            return 0;
        }
        long seconds = 0;
        for (int i = 0; i < end; i++) {
            char c = username.charAt(i);
            if (c < '0' || c > '9') {
                return 0;
            }
            seconds = seconds * 10 + (c - '0');
        }
        return seconds;
    }

    private static String password(SecretKeySpec secret, String username) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return Base64.getEncoder().encodeToString(mac.doFinal(username.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
