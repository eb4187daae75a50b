package io.rift.protocol.rendezvous;

import io.rift.protocol.TransportAddress;

/**
 * A TURN server and a time-limited long-term credential (RFC 8489 section 9.2) for it.
 *
 * @param address where it listens, over UDP
 * @param username {@code <expiry in Unix seconds>:<name>}
 * @param password base64 of HMAC-SHA1 over the username under a secret that only rendezvous and TURN server share
 * @param ttlSeconds for how long new allocations are admitted, from now
 */
public record TurnAccess(TransportAddress address, String username, String password, int ttlSeconds) {
    /** Longest user name here; RFC 8489 section 14.3 allows 508 octets. */
    public static final int MAX_USERNAME_LENGTH = 256;

    /** Longest password. */
    public static final int MAX_PASSWORD_LENGTH = 128;

    /** Longest life: a year. */
    public static final int MAX_TTL_SECONDS = 366 * 24 * 3600;

    public TurnAccess {
        Text.requirePrintableAscii(username, 1, MAX_USERNAME_LENGTH, "username");
        Text.requirePrintableAscii(password, 1, MAX_PASSWORD_LENGTH, "password");
        if (ttlSeconds < 1 || ttlSeconds > MAX_TTL_SECONDS) {
            throw new IllegalArgumentException("ttl of " + ttlSeconds + " s");
        }
    }

    /** Leaves out the credential: this text may reach a log. */
    @Override
    public String toString() {
        return "TurnAccess[address=" + address + ", ttlSeconds=" + ttlSeconds + "]";
    }
}
