package io.rift.peer.core.turn;

import java.nio.charset.StandardCharsets;

/**
 * Long-term credentials of RFC 8489 section 9.2.
 *
 * @param username for instance {@code expiry:name}
 * @param password its password
 */
public record TurnCredentials(String username, String password) {

    /** RFC 8489 section 14.3: "fewer than 509 bytes". */
    private static final int MAX_USERNAME_BYTES = 508;

    /**
     * Checks the user name.
     *
     * @throws IllegalArgumentException if it is empty or has more than 508 bytes in UTF-8
     */
    public TurnCredentials {
        int bytes = username.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_USERNAME_BYTES) {
            throw new IllegalArgumentException("a TURN user name has 1 to 508 bytes, not " + bytes);
        }
    }

    /** The name alone: a password has no business in a log. */
    @Override
    public String toString() {
        return "TurnCredentials[" + username + "]";
    }
}
