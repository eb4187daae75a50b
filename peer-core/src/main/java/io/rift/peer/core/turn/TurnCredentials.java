package io.rift.peer.core.turn;

/**
 * Long-term credentials of RFC 8489 section 9.2.
 *
 * @param username for instance {@code expiry:name}
 * @param password its password
 */
public record TurnCredentials(String username, String password) {

    /** The name alone: a password has no business in a log. */
    @Override
    public String toString() {
        return "TurnCredentials[" + username + "]";
    }
}
