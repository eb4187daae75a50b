package io.rift.protocol.secure;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The mark by which a responder tells, inside the signed transcript, that it could have done a higher version than the
 * one it chose (the idea of RFC 8446 section 4.1.3).
 */
public final class DowngradeSentinel {

    private static final byte[] MARK = "RIFTDOWN".getBytes(StandardCharsets.US_ASCII);

    private DowngradeSentinel() {}

    /** Overwrites the last 8 bytes of the responder's nonce with the mark. */
    public static void mark(byte[] nonce) {
        System.arraycopy(MARK, 0, nonce, nonce.length - MARK.length, MARK.length);
    }

    /** Whether the nonce bears the mark. */
    public static boolean isMarked(byte[] nonce) {
        return Arrays.equals(nonce, nonce.length - MARK.length, nonce.length, MARK, 0, MARK.length);
    }
}
