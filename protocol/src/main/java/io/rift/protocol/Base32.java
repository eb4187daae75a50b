package io.rift.protocol;

import org.jspecify.annotations.Nullable;

/** RFC 4648 section 6 base32 in lower case, without padding, for whole groups of 5 bytes. */
final class Base32 {
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private Base32() {}

    static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length * 8 / 5);
        int bits = 0;
        int held = 0;
        for (byte b : bytes) {
            held = held << 8 | (b & 0xFF);
            for (bits += 8; bits >= 5; bits -= 5) {
                text.append(ALPHABET.charAt(held >>> (bits - 5) & 31));
            }
        }
        return text.toString();
    }

    /** The bytes, or null when a character is outside the alphabet. Upper case is read as lower case. */
    static byte @Nullable [] decode(CharSequence text) {
        byte[] bytes = new byte[text.length() * 5 / 8];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int value = ALPHABET.indexOf(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
            if (value < 0) {
                return null;
            }
            held = held << 5 | value;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[at++] = (byte) (held >>> bits);
            }
        }
        return bytes;
    }
}
