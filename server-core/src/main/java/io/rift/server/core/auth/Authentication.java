package io.rift.server.core.auth;

import io.rift.protocol.stun.ErrorCode;

/** How an attempt to authenticate a request ended. */
public sealed interface Authentication {

    /**
     * The request comes from this user, and its sender receives at its source address.
     *
     * @param user who signed it
     */
    record Accepted(User user) implements Authentication {}

    /**
     * The request is refused with REALM, a new NONCE and PASSWORD-ALGORITHMS.
     *
     * @param error 401 or 438
     */
    record Challenged(ErrorCode error) implements Authentication {}

    /** The request is refused with 400 and without a challenge: attributes are missing, or do not fit its nonce. */
    record Malformed() implements Authentication {}
}
