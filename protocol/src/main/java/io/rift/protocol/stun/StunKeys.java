package io.rift.protocol.stun;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The keys of message integrity, RFC 8489 sections 9.1.1 and 18.5.1, and USERHASH. Texts are taken as they are, without OpaqueString. */
public final class StunKeys {

    /** Length of a USERHASH. */
    public static final int USERHASH_BYTES = 32;

    private StunKeys() {}

    /** The key of short-term credentials: the password. */
    public static byte[] shortTerm(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }

    /** The key of long-term credentials with the MD5 algorithm: MD5(username ":" realm ":" password). */
    public static byte[] longTerm(String username, String realm, String password) {
        return digest("MD5", username + ":" + realm + ":" + password);
    }

    /** The key of long-term credentials with the SHA-256 algorithm: SHA-256(username ":" realm ":" password). */
    public static byte[] longTermSha256(String username, String realm, String password) {
        return digest("SHA-256", username + ":" + realm + ":" + password);
    }

    /** The value of USERHASH, RFC 8489 section 14.4: SHA-256(username ":" realm). */
    public static byte[] userhash(String username, String realm) {
        return digest("SHA-256", username + ":" + realm);
    }

    private static byte[] digest(String algorithm, String text) {
        try {
            return MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has " + algorithm, e);
        }
    }
}
