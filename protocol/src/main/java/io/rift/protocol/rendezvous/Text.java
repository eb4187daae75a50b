package io.rift.protocol.rendezvous;

/** Character classes that fields are made of. */
final class Text {
    private Text() {}

    /** RFC 8839 section 5.1: ice-char = ALPHA / DIGIT / "+" / "/". */
    static String requireIceChars(String text, int minLength, int maxLength, String name) {
        requireLength(text, minLength, maxLength, name);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean iceChar =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
            if (!iceChar) {
                throw new IllegalArgumentException(name + " has a character that is no ice-char");
            }
        }
        return text;
    }

    /** Space to tilde. */
    static String requirePrintableAscii(String text, int minLength, int maxLength, String name) {
        requireLength(text, minLength, maxLength, name);
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                throw new IllegalArgumentException(name + " has a character that is not printable ASCII");
            }
        }
        return text;
    }

    private static void requireLength(String text, int minLength, int maxLength, String name) {
        if (text.length() < minLength || text.length() > maxLength) {
            throw new IllegalArgumentException(
                    name + " has " + text.length() + " characters, not " + minLength + " to " + maxLength);
        }
    }
}
