package io.rift.peer.core.turn;

import io.rift.protocol.stun.ErrorCode;

/** Why there is no allocation. */
public enum TurnFailure {
    /** The server never answered. */
    UNREACHABLE,
    /** 401 again, with the credentials that we have, or 441. */
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
    PROTOCOL_ERROR;

    /** What the code of an error response means; 0 for no response. */
    static TurnFailure of(int code) {
        if (code == 0) {
            return UNREACHABLE;
        }
        if (code == ErrorCode.UNAUTHENTICATED.code() || code == ErrorCode.WRONG_CREDENTIALS.code()) {
            return UNAUTHORIZED;
        }
        if (code == ErrorCode.FORBIDDEN.code()) {
            return FORBIDDEN;
        }
        if (code == ErrorCode.ALLOCATION_MISMATCH.code()) {
            return ALLOCATION_MISMATCH;
        }
        if (code == ErrorCode.ADDRESS_FAMILY_NOT_SUPPORTED.code()
                || code == ErrorCode.UNSUPPORTED_TRANSPORT_PROTOCOL.code()) {
            return UNSUPPORTED;
        }
        if (code == ErrorCode.ALLOCATION_QUOTA_REACHED.code()) {
            return QUOTA_REACHED;
        }
        if (code == ErrorCode.INSUFFICIENT_CAPACITY.code()) {
            return INSUFFICIENT_CAPACITY;
        }
        return code == ErrorCode.TRY_ALTERNATE.code() ? TRY_ALTERNATE : PROTOCOL_ERROR;
    }
}
