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
     * The request is refused with a new REALM and NONCE.
     *
     * @param error 401 or 438
     */
    record Challenged(ErrorCode error) implements Authentication {}

    /** The request is refused with 400 and without a challenge, as attributes are missing that belong together. */
    record Malformed() implements Authentication {}
}
