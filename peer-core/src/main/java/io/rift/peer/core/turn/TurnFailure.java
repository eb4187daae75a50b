package io.rift.peer.core.turn;

/** Why there is no allocation. */
public enum TurnFailure {
    /** The server never answered. */
    UNREACHABLE,
    /** 401 again, with the credentials that we have. */
    UNAUTHORIZED,
    /** 403: an administrator says no. */
    FORBIDDEN,
    /** 437: the server has another idea of our five-tuple. */
    ALLOCATION_MISMATCH,
    /** 440, 442: the server does not relay what we ask for. */
    UNSUPPORTED,
    /** 486: this user has too many allocations. */
    QUOTA_REACHED,
    /** 508: the server has no relayed transport address left. */
    INSUFFICIENT_CAPACITY,
    /** 300: go elsewhere, which this client does not follow. */
    TRY_ALTERNATE,
    /** Any other error, or a success that lacks what RFC 8656 requires. */
    PROTOCOL_ERROR
}
