package io.rift.server.core.auth;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    private final Map<String, byte[]> keyByUsername;
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
        this.keyByUsername = new LinkedHashMap<>();
        passwordByUsername.forEach(
                (name, password) -> keyByUsername.put(name, StunKeys.longTerm(name, realm, password)));
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

    /**
     * Authenticates a request by the steps of RFC 8489 section 9.2.4.
     *
     * @param client where the request came from
     * @param wallSeconds Unix time
     */
    public Authentication authenticate(StunMessage request, TransportAddress client, long wallSeconds) {
        // "If the message does not contain a MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256 attribute, the server MUST
        // generate an error response with an error code of 401 (Unauthenticated)."
        if (!request.hasMessageIntegrity()) {
            return new Authentication.Challenged(ErrorCode.UNAUTHENTICATED);
        }
        // "If the message contains a MESSAGE-INTEGRITY ... but is missing either the USERNAME or USERHASH, REALM, or
        // NONCE attribute, the server MUST generate an error response with an error code of 400 (Bad Request)."
        String username = request.get(StunAttributes.USERNAME);
        byte[] nonce = request.get(StunAttributes.NONCE);
        if (username == null || nonce == null || request.get(StunAttributes.REALM) == null) {
            return new Authentication.Malformed();
        }
        // "If the value of the USERNAME or USERHASH attribute is not valid, the server MUST generate an error response
        // with an error code of 401", and so if the MESSAGE-INTEGRITY does not match. A user that expired is not valid.
        User user = userWhoSigned(request, username, wallSeconds);
        if (user == null) {
            return new Authentication.Challenged(ErrorCode.UNAUTHENTICATED);
        }
        // "If the NONCE is no longer valid, the server MUST generate an error response with an error code of 438 (Stale
        // Nonce)."
        return nonces.isValid(nonce, client, wallSeconds)
                ? new Authentication.Accepted(user)
                : new Authentication.Challenged(ErrorCode.STALE_NONCE);
    }

    private @Nullable User userWhoSigned(StunMessage request, String username, long wallSeconds) {
        byte[] staticKey = keyByUsername.get(username);
        if (staticKey != null) {
            return request.verifyMessageIntegrity(staticKey) ? new User(username, username, staticKey) : null;
        }
        for (String password : secrets.passwords(username, wallSeconds)) {
            byte[] key = StunKeys.longTerm(username, realm, password);
            if (request.verifyMessageIntegrity(key)) {
                return new User(username, SharedSecrets.account(username), key);
            }
        }
        return null;
    }
}
