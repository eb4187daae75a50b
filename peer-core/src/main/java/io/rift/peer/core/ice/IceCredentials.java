package io.rift.peer.core.ice;

import java.util.random.RandomGenerator;

/**
 * The short-term credentials of one side of one connection (RFC 8445 section 5.3). They travel through the rendezvous,
 * so they prove "the peer that the rendezvous named" and nothing more.
 *
 * @param usernameFragment 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars
 */
public record IceCredentials(String usernameFragment, String password) {

    /** 8 characters carry 48 bits; RFC 8445 asks for at least 24. */
    private static final int FRAGMENT_LENGTH = 8;

    /** 24 characters carry 144 bits; RFC 8445 asks for at least 128. */
    private static final int PASSWORD_LENGTH = 24;

    private static final int MIN_FRAGMENT_LENGTH = 4;
    private static final int MIN_PASSWORD_LENGTH = 22;
    private static final int MAX_LENGTH = 256;

    private static final String ICE_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /**
     * Checks lengths and characters.
     *
     * @throws IllegalArgumentException if RFC 8839 section 5.4 does not allow them; the message names no password
     */
    public IceCredentials {
        if (!isValid(usernameFragment, password)) {
            throw new IllegalArgumentException("no ICE credentials by RFC 8839 section 5.4");
        }
    }

    /** Whether these may be credentials, for a caller that reads them off the wire. */
    public static boolean isValid(String usernameFragment, String password) {
        return usernameFragment.length() >= MIN_FRAGMENT_LENGTH
                && usernameFragment.length() <= MAX_LENGTH
                && password.length() >= MIN_PASSWORD_LENGTH
                && password.length() <= MAX_LENGTH
                && isIceChars(usernameFragment)
                && isIceChars(password);
    }

    /**
     * Fresh credentials.
     *
     * @param random a cryptographic source
     */
    public static IceCredentials random(RandomGenerator random) {
        return new IceCredentials(iceChars(random, FRAGMENT_LENGTH), iceChars(random, PASSWORD_LENGTH));
    }

    private static String iceChars(RandomGenerator random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ICE_CHARS.charAt(random.nextInt(ICE_CHARS.length())));
        }
        return text.toString();
    }

    private static boolean isIceChars(String text) {
        return text.chars().allMatch(c -> ICE_CHARS.indexOf(c) >= 0);
    }

    /** The fragment alone: a password has no business in a log. */
    @Override
    public String toString() {
        return "IceCredentials[" + usernameFragment + "]";
    }
}
