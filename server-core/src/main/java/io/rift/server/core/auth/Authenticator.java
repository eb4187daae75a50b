package io.rift.server.core.auth;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageIntegrity;
import io.rift.protocol.stun.PasswordAlgorithm;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server side of the long-term credential mechanism of RFC 8489 section 9.2. Immutable and safe to share: shards
 * may use one instance, and users are changed by using another.
 *
 * <p>Clients of RFC 5389 sign with MESSAGE-INTEGRITY and a key made by MD5; those of RFC 8489 find in the challenge that
 * they may use SHA-256, and answers are signed the way that the algorithm of the key asks for. A USERHASH is looked up among the static users
 * only: the name of a time-limited one holds its expiry, and cannot be told from a hash.
 *
 * <p>User names, passwords and the realm are used as the given UTF-8, without the OpaqueString profile of RFC 8265.
 */
public final class Authenticator {

    /**
     * The longest realm in bytes: with it, the challenge to a client's first Allocate of 28 bytes is still no larger
     * than twice the request, IP and UDP headers counted.
     */
    public static final int MAX_REALM_BYTES = 16;

    /** RFC 8489 section 14.3: the user name "MUST be a UTF-8-encoded sequence of fewer than 509 bytes". */
    public static final int MAX_USERNAME_BYTES = 508;

    /**
     * The PASSWORD-ALGORITHMS of every challenge. MD5 is not among them: clients that read this attribute need not fall
     * back to it, and those of RFC 5389 do not read it and use MD5 all the same.
     */
    public static final List<PasswordAlgorithm> PASSWORD_ALGORITHMS = List.of(PasswordAlgorithm.SHA_256);

    private static final StaticUser NOBODY = new StaticUser("", "", "");

    private final String realm;
    private final Map<String, StaticUser> userByName;
    private final Map<ByteBuffer, StaticUser> userByHash;
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
        this.userByName = new LinkedHashMap<>();
        this.userByHash = new LinkedHashMap<>();
        passwordByUsername.forEach((name, password) -> {
            StaticUser user = new StaticUser(name, realm, password);
            userByName.put(name, user);
            userByHash.put(ByteBuffer.wrap(StunKeys.userhash(name, realm)), user);
        });
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

    /**
     * A fresh nonce for a challenge to this client.
     *
     * @param client what the nonce is bound to; the same has to be given to the other methods
     */
    public byte[] nonce(TransportAddress client, long wallSeconds) {
        return nonces.issue(client, wallSeconds);
    }

    /**
     * Whether the request has a nonce that was issued to this client, if perhaps too long ago: so its sender has received
     * at its source address before.
     */
    public boolean recognises(StunMessage request, TransportAddress client, long wallSeconds) {
        byte[] nonce = request.get(StunAttributes.NONCE);
        return nonce != null && nonces.wasIssued(nonce, client, wallSeconds);
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
        MessageIntegrity integrity = integrity(request);
        if (integrity == null) {
            return new Authentication.Challenged(ErrorCode.UNAUTHENTICATED);
        }
        // "If the message contains a MESSAGE-INTEGRITY or a MESSAGE-INTEGRITY-SHA256 attribute but is missing either
        // the USERNAME or USERHASH, REALM, or NONCE attribute, the server MUST generate an error response with an error
        // code of 400 (Bad Request)."
        String username = request.get(StunAttributes.USERNAME);
        byte[] userhash = request.get(StunAttributes.USERHASH);
        byte[] nonce = request.get(StunAttributes.NONCE);
        if ((username == null && userhash == null) || nonce == null || request.get(StunAttributes.REALM) == null) {
            return new Authentication.Malformed();
        }
        PasswordAlgorithm algorithm = algorithm(request, nonce);
        if (algorithm == null) {
            return new Authentication.Malformed();
        }
        // "If the value of the USERNAME or USERHASH attribute is not valid, the server MUST generate an error response
        // with an error code of 401", and so if the message integrity does not match. A user that expired is not valid.
        User user = userWhoSigned(request, username, userhash, new Signature(integrity, algorithm), wallSeconds);
        if (user == null) {
            return new Authentication.Challenged(ErrorCode.UNAUTHENTICATED);
        }
        // "If the NONCE is no longer valid, the server MUST generate an error response with an error code of 438 (Stale
        // Nonce)."
        return nonces.isValid(nonce, client, wallSeconds)
                ? new Authentication.Accepted(user)
                : new Authentication.Challenged(ErrorCode.STALE_NONCE);
    }

    private record Signature(MessageIntegrity integrity, PasswordAlgorithm algorithm) {

        /**
         * "Any response generated by the server MUST include the MESSAGE-INTEGRITY-SHA256 attribute, computed using the
         * username and password utilized to authenticate the request, unless the request was processed as though
         * PASSWORD-ALGORITHM was MD5 (because the request contained neither PASSWORD-ALGORITHMS nor PASSWORD-ALGORITHM).
         * In that case, the MESSAGE-INTEGRITY attribute MUST be used instead of the MESSAGE-INTEGRITY-SHA256 attribute".
         */
        MessageIntegrity ofResponses() {
            return algorithm.equals(PasswordAlgorithm.MD5) ? MessageIntegrity.SHA1 : MessageIntegrity.SHA256;
        }
    }

    /** The stronger one counts where a client does not know yet what the server supports and sends both. */
    private static @Nullable MessageIntegrity integrity(StunMessage request) {
        if (request.has(MessageIntegrity.SHA256)) {
            return MessageIntegrity.SHA256;
        }
        return request.has(MessageIntegrity.SHA1) ? MessageIntegrity.SHA1 : null;
    }

    /**
     * What the key is computed with; null when somebody on the way has tampered with the choice.
     *
     * <p>A PASSWORD-ALGORITHM may stand alone if it is the first that was offered. RFC 8489 section 9.2.4 wants the list
     * beside it, while section 9.2.3.2 does not have clients send the list again in later requests. Nothing is bid down by
     * that: there is no better one, and it is under the integrity of the request.
     */
    private static @Nullable PasswordAlgorithm algorithm(StunMessage request, byte[] nonce) {
        // "If the request contains neither the PASSWORD-ALGORITHMS nor the PASSWORD-ALGORITHM algorithm, then the
        // request is processed as though PASSWORD-ALGORITHM were MD5."
        if (!request.has(StunAttributes.PASSWORD_ALGORITHMS) && !request.has(StunAttributes.PASSWORD_ALGORITHM)) {
            return PasswordAlgorithm.MD5;
        }
        PasswordAlgorithm algorithm = request.get(StunAttributes.PASSWORD_ALGORITHM);
        boolean alone = !request.has(StunAttributes.PASSWORD_ALGORITHMS);
        if (alone && PASSWORD_ALGORITHMS.getFirst().equals(algorithm)) {
            return algorithm;
        }
        if (!NonceCookie.announcesPasswordAlgorithms(nonce)) {
            // Of another server: the nonce will be found stale.
            return PasswordAlgorithm.SHA_256.equals(algorithm) ? algorithm : PasswordAlgorithm.MD5;
        }
        // "Otherwise, unless the following conditions are met, the server MUST generate an error response with an error
        // code of 400 (Bad Request)": both are there, PASSWORD-ALGORITHMS is what the server sent with this nonce, and
        // PASSWORD-ALGORITHM is one of them.
        return PASSWORD_ALGORITHMS.equals(request.get(StunAttributes.PASSWORD_ALGORITHMS))
                        && algorithm != null
                        && PASSWORD_ALGORITHMS.contains(algorithm)
                ? algorithm
                : null;
    }

    /**
     * The work, and so the time, is the same whether there is such a user or not: one static key is always tried, be it
     * nobody's, and for a name with an unexpired time in front the key of every secret.
     */
    private @Nullable User userWhoSigned(
            StunMessage request,
            @Nullable String username,
            byte @Nullable [] userhash,
            Signature signature,
            long wallSeconds) {
        StaticUser known = username != null
                ? userByName.get(username)
                : userhash != null ? userByHash.get(ByteBuffer.wrap(userhash)) : null;
        byte[] key = (known == null ? NOBODY : known).key(signature.algorithm());
        boolean signed = request.verify(signature.integrity(), key);
        User user = null;
        if (known != null && signed) {
            user = new User(known.name(), known.name(), signature.ofResponses(), key, User.UNLIMITED);
        }
        if (username == null) {
            return user; // from its hash alone, a time-limited name cannot be told
        }
        for (String password : secrets.passwords(username, wallSeconds)) {
            byte[] timeLimitedKey = key(username, password, signature.algorithm());
            if (request.verify(signature.integrity(), timeLimitedKey) && known == null) {
                long validForSeconds = SharedSecrets.expirySeconds(username) - wallSeconds;
                user = new User(
                        username,
                        SharedSecrets.account(username),
                        signature.ofResponses(),
                        timeLimitedKey,
                        validForSeconds);
            }
        }
        return user;
    }

    private byte[] key(String username, String password, PasswordAlgorithm algorithm) {
        return algorithm.equals(PasswordAlgorithm.SHA_256)
                ? StunKeys.longTermSha256(username, realm, password)
                : StunKeys.longTerm(username, realm, password);
    }
}
