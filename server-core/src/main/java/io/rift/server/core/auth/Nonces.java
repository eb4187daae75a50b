package io.rift.server.core.auth;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that the server need not remember: the time of issue and a MAC over it and the client's transport address. A
 * request with a valid nonce proves that its sender receives at its source address, before the server keeps any state
 * for it.
 *
 * <p>The keys of the MACs are derived from a secret and the hour, so every shard and node with the secret and a clock
 * agrees on them without a word, and no key signs for longer. A former secret stays valid beside the new one while
 * clients move over.
 *
 * <p>The text is short, 24 characters, because it is sent to unproven addresses. In front is the nonce cookie of RFC
 * 8489 section 9.2, which tells what the server can do, so that nobody on the way can take it out of a challenge:
 *
 * <pre>
 * "obMatJos2" || base64(24 bits of security features) || base64url(time || first 6 bytes of the MAC)
 *   time = lowest 16 bits of the Unix seconds of issue
 *   MAC  = HMAC-SHA256(key of the hour, "rift nonce" || seconds (8) || address (4 or 16) || port (2))
 *   key of the hour = HMAC-SHA256(secret, "rift nonce key" || seconds / 3600 (8))
 * </pre>
 *
 * <p>The MAC's 48 bits are no weak spot: who guesses one, online and within the nonce's life, has only shown a source
 * address, and still needs credentials. The cookie and its bits are compared as they are.
 *
 * <p>Immutable and safe to share.
 */
public final class Nonces {

    /** How long a nonce is good for, unless configured otherwise. */
    public static final int DEFAULT_LIFETIME_SECONDS = 600;

    /** The longest lifetime: at most two keys are in use. */
    public static final int MAX_LIFETIME_SECONDS = 3600;

    /** How far the clock of another node that holds the secret may be ahead. */
    public static final int MAX_CLOCK_SKEW_SECONDS = 30;

    /** The shortest secret, in bytes. */
    public static final int MIN_SECRET_BYTES = 16;

    /** The secrets that may overlap. */
    public static final int MAX_SECRETS = 2;

    /** Length of a nonce, in bytes of ASCII. */
    public static final int NONCE_BYTES = 24;

    private static final String ALGORITHM = "HmacSHA256";
    private static final byte[] KEY_CONTEXT = "rift nonce key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "rift nonce".getBytes(StandardCharsets.US_ASCII);
    private static final int PERIOD_SECONDS = 3600;
    private static final int TIME_MASK = 0xFFFF;
    private static final int MAC_BYTES = 6;
    private static final int RAW_BYTES = Short.BYTES + MAC_BYTES;

    private final List<byte[]> secrets;
    private final int lifetimeSeconds;
    private final byte[] cookie;

    /**
     * Nonces that announce password algorithms, but not that user names may be hidden: a time-limited name cannot be
     * found by its hash.
     *
     * @param secrets the first makes new nonces, the second, if any, is still accepted
     * @param lifetimeSeconds how long a nonce is good for
     * @throws IllegalArgumentException if there is no secret, too many, or one too short, or the lifetime is not 1 to
     *     {@link #MAX_LIFETIME_SECONDS}
     */
    public Nonces(List<byte[]> secrets, int lifetimeSeconds) {
        if (secrets.isEmpty() || secrets.size() > MAX_SECRETS) {
            throw new IllegalArgumentException(
                    "there are 1 to " + MAX_SECRETS + " nonce secrets, not " + secrets.size());
        }
        if (lifetimeSeconds <= 0 || lifetimeSeconds > MAX_LIFETIME_SECONDS) {
            throw new IllegalArgumentException(
                    "a nonce lives 1 to " + MAX_LIFETIME_SECONDS + " s, not " + lifetimeSeconds);
        }
        for (byte[] secret : secrets) {
            if (secret.length < MIN_SECRET_BYTES) {
                throw new IllegalArgumentException(
                        "a nonce secret has at least " + MIN_SECRET_BYTES + " bytes, not " + secret.length);
            }
        }
        this.secrets = secrets.stream().map(byte[]::clone).toList();
        this.lifetimeSeconds = lifetimeSeconds;
        this.cookie = NonceCookie.text();
    }

    /** A fresh nonce for this client. */
    public byte[] issue(TransportAddress client, long wallSeconds) {
        return text(secrets.getFirst(), client, wallSeconds);
    }

    /** Whether this server, or another that holds one of the secrets, issued the nonce to this client lately. */
    public boolean isValid(byte[] nonce, TransportAddress client, long wallSeconds) {
        return wasIssued(nonce, client, wallSeconds, lifetimeSeconds);
    }

    /** Whether it was issued to this client in the last 18 hours. */
    public boolean wasIssued(byte[] nonce, TransportAddress client, long wallSeconds) {
        return wasIssued(nonce, client, wallSeconds, TIME_MASK);
    }

    private boolean wasIssued(byte[] nonce, TransportAddress client, long wallSeconds, int withinSeconds) {
        if (nonce.length != NONCE_BYTES || !isBase64Url(nonce)) {
            return false;
        }
        byte[] raw = Base64.getUrlDecoder().decode(Arrays.copyOfRange(nonce, NonceCookie.BYTES, NONCE_BYTES));
        long latestSeconds = wallSeconds + MAX_CLOCK_SKEW_SECONDS;
        long issuedSeconds =
                latestSeconds - ((latestSeconds - ByteBuffer.wrap(raw).getShort()) & TIME_MASK);
        if (wallSeconds - issuedSeconds >= withinSeconds) {
            return false;
        }
        boolean valid = false;
        for (byte[] secret : secrets) {
            valid |= MessageDigest.isEqual(nonce, text(secret, client, issuedSeconds));
        }
        return valid;
    }

    private byte[] text(byte[] secret, TransportAddress client, long seconds) {
        byte[] key = mac(
                secret, KEY_CONTEXT, ByteBuffer.allocate(Long.BYTES).putLong(Math.floorDiv(seconds, PERIOD_SECONDS)));
        byte[] address = client.ip().bytes();
        byte[] mac = mac(
                key,
                CONTEXT,
                ByteBuffer.allocate(Long.BYTES + address.length + Short.BYTES)
                        .putLong(seconds)
                        .put(address)
                        .putShort((short) client.port()));
        byte[] raw = ByteBuffer.allocate(RAW_BYTES)
                .putShort((short) seconds)
                .put(mac, 0, MAC_BYTES)
                .array();
        return ByteBuffer.allocate(NONCE_BYTES)
                .put(cookie)
                .put(Base64.getUrlEncoder().withoutPadding().encode(raw))
                .array();
    }

    private static byte[] mac(byte[] key, byte[] context, ByteBuffer data) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            mac.update(context);
            mac.update(data.flip());
            return mac.doFinal();
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
