package io.rift.server.core.auth;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that the server need not remember: the time of issue and a MAC over it and the client's transport address. A
 * request with a valid nonce proves that its sender receives at its source address, before the server keeps any state
 * for it. Every shard and node that holds the key accepts the nonce; a former key stays valid beside the new one while
 * clients move over.
 *
 * <p>The text is short, 16 characters, because it is sent to unproven addresses: base64url of
 *
 * <pre>
 * Unix seconds of issue (4 bytes) || first 8 bytes of HMAC-SHA256(key, "rift nonce" || seconds || address || port)
 * </pre>
 *
 * <p>Immutable and safe to share.
 */
public final class Nonces {

    /** How long a nonce is good for, unless configured otherwise. */
    public static final int DEFAULT_LIFETIME_SECONDS = 600;

    /** How far the clock of another node that holds the key may be ahead. */
    public static final int MAX_CLOCK_SKEW_SECONDS = 30;

    /** The shortest key, in bytes. */
    public static final int MIN_KEY_BYTES = 16;

    /** The keys that may overlap. */
    public static final int MAX_KEYS = 2;

    /** Length of a nonce, in bytes of ASCII. */
    public static final int NONCE_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] CONTEXT = "rift nonce".getBytes(StandardCharsets.US_ASCII);
    private static final int MAC_BYTES = 8;
    private static final int RAW_BYTES = Integer.BYTES + MAC_BYTES;

    private final List<SecretKeySpec> keys;
    private final int lifetimeSeconds;

    /**
     * Nonces under the given keys.
     *
     * @param keys the first makes new nonces, the second, if any, is still accepted
     * @param lifetimeSeconds how long a nonce is good for
     * @throws IllegalArgumentException if there is no key, too many, or one too short, or no lifetime
     */
    public Nonces(List<byte[]> keys, int lifetimeSeconds) {
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("there are 1 to " + MAX_KEYS + " nonce keys, not " + keys.size());
        }
        if (lifetimeSeconds <= 0) {
            throw new IllegalArgumentException("a nonce lifetime is positive, not " + lifetimeSeconds);
        }
        for (byte[] key : keys) {
            if (key.length < MIN_KEY_BYTES) {
                throw new IllegalArgumentException(
                        "a nonce key has at least " + MIN_KEY_BYTES + " bytes, not " + key.length);
            }
        }
        this.keys = keys.stream().map(key -> new SecretKeySpec(key, ALGORITHM)).toList();
        this.lifetimeSeconds = lifetimeSeconds;
    }

    /** A fresh nonce for this client. */
    public byte[] issue(TransportAddress client, long wallSeconds) {
        return text(keys.getFirst(), client, (int) wallSeconds);
    }

    /** Whether this server, or another that holds one of the keys, issued the nonce to this client lately. */
    public boolean isValid(byte[] nonce, TransportAddress client, long wallSeconds) {
        if (nonce.length != NONCE_BYTES || !isBase64Url(nonce)) {
            return false;
        }
        int issuedSeconds =
                ByteBuffer.wrap(Base64.getUrlDecoder().decode(nonce)).getInt();
        int ageSeconds = (int) wallSeconds - issuedSeconds; // right even where the 32 bits wrap
        if (ageSeconds >= lifetimeSeconds || ageSeconds < -MAX_CLOCK_SKEW_SECONDS) {
            return false;
        }
        boolean valid = false;
        for (SecretKeySpec key : keys) {
            valid |= MessageDigest.isEqual(nonce, text(key, client, issuedSeconds));
        }
        return valid;
    }

    private static byte[] text(SecretKeySpec key, TransportAddress client, int seconds) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(CONTEXT);
            byte[] address = client.ip().bytes();
            mac.update(ByteBuffer.allocate(Integer.BYTES + address.length + Short.BYTES)
                    .putInt(seconds)
                    .put(address)
                    .putShort((short) client.port())
                    .flip());
            byte[] raw = ByteBuffer.allocate(RAW_BYTES)
                    .putInt(seconds)
                    .put(mac.doFinal(), 0, MAC_BYTES)
                    .array();
            return Base64.getUrlEncoder().encode(raw);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static boolean isBase64Url(byte[] text) {
        for (byte c : text) {
            boolean digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!digit && c != '-' && c != '_') {
                return false;
            }
        }
        return true;
    }
}
