package io.rift.server.core.auth;

/**
 * A user name and password that a TURN server with the same shared secret accepts until they expire.
 *
 * @param username {@code expiry:name}, the expiry in Unix seconds
 * @param password base64 of HMAC-SHA1(secret, username)
 * @param expirySeconds Unix time from which on the server refuses them
 */
public record TimeLimitedCredential(String username, String password, long expirySeconds) {

    /** Without the password. */
    @Override
    public String toString() {
        return "TimeLimitedCredential[" + username + "]";
    }
}
