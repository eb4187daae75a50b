package io.rift.protocol.stun;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The keys of MESSAGE-INTEGRITY, RFC 8489 sections 9.1.1 and 18.5.1. Texts are taken as they are, without OpaqueString. */
public final class StunKeys {

    private StunKeys() {}

    /** The key of short-term credentials: the password. */
    public static byte[] shortTerm(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }

    /** The key of long-term credentials with the MD5 algorithm: MD5(username ":" realm ":" password). */
    public static byte[] longTerm(String username, String realm, String password) {
        try {
            return MessageDigest.getInstance("MD5")
                    .digest((username + ":" + realm + ":" + password).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }
}
