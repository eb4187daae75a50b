package io.rift.server.core.auth;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * What RFC 8489 section 9.2 puts in front of a nonce: a fixed text and the security features of section 18.1, of which
 * "bit 0 is the leftmost bit".
 */
final class NonceCookie {
    private static final String TEXT = "obMatJos2";
    private static final int FEATURE_BYTES = 3;
    private static final int PASSWORD_ALGORITHMS = 0x80;

    /** Length of the fixed text and the features in base64. */
    static final int BYTES = TEXT.length() + FEATURE_BYTES * 4 / 3;

    private NonceCookie() {}

    /** The cookie of a server that supports password algorithms, and has users whose names cannot be hidden. */
    static byte[] text() {
        byte[] features = new byte[FEATURE_BYTES];
        features[0] = (byte) PASSWORD_ALGORITHMS;
        return (TEXT + Base64.getEncoder().encodeToString(features)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Whether the nonce says that its server supports password algorithms. */
    static boolean announcesPasswordAlgorithms(byte[] nonce) {
        String text = new String(nonce, StandardCharsets.ISO_8859_1);
        // The leftmost bit is the highest of the first base64 digit's six: set in 'g' (32) to '/' (63).
        return text.length() >= BYTES && text.startsWith(TEXT) && digit(text.charAt(TEXT.length())) >= 32;
    }

    private static int digit(char c) {
        return "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".indexOf(c);
    }
}
