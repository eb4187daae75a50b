package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The value of ERROR-CODE, RFC 8489 section 14.8.
 *
 * @param code 300 to 699
 * @param reason for people, less than 128 characters
 */
public record ErrorCode(int code, String reason) {
    // RFC 8489 section 14.8
    public static final ErrorCode TRY_ALTERNATE = new ErrorCode(300, "Try Alternate");
    public static final ErrorCode BAD_REQUEST = new ErrorCode(400, "Bad Request");
    public static final ErrorCode UNAUTHENTICATED = new ErrorCode(401, "Unauthenticated");
    public static final ErrorCode UNKNOWN_ATTRIBUTE = new ErrorCode(420, "Unknown Attribute");
    public static final ErrorCode STALE_NONCE = new ErrorCode(438, "Stale Nonce");
    public static final ErrorCode SERVER_ERROR = new ErrorCode(500, "Server Error");
    // RFC 8656 section 19
    public static final ErrorCode FORBIDDEN = new ErrorCode(403, "Forbidden");
    public static final ErrorCode ALLOCATION_MISMATCH = new ErrorCode(437, "Allocation Mismatch");
    public static final ErrorCode ADDRESS_FAMILY_NOT_SUPPORTED = new ErrorCode(440, "Address Family not Supported");
    public static final ErrorCode WRONG_CREDENTIALS = new ErrorCode(441, "Wrong Credentials");
    public static final ErrorCode UNSUPPORTED_TRANSPORT_PROTOCOL = new ErrorCode(442, "Unsupported Transport Protocol");
    public static final ErrorCode PEER_ADDRESS_FAMILY_MISMATCH = new ErrorCode(443, "Peer Address Family Mismatch");
    public static final ErrorCode ALLOCATION_QUOTA_REACHED = new ErrorCode(486, "Allocation Quota Reached");
    public static final ErrorCode INSUFFICIENT_CAPACITY = new ErrorCode(508, "Insufficient Capacity");
    // RFC 8016 section 3.5
    public static final ErrorCode MOBILITY_FORBIDDEN = new ErrorCode(405, "Mobility Forbidden");
    // RFC 6062 section 6.3
    public static final ErrorCode CONNECTION_ALREADY_EXISTS = new ErrorCode(446, "Connection Already Exists");
    public static final ErrorCode CONNECTION_TIMEOUT_OR_FAILURE = new ErrorCode(447, "Connection Timeout or Failure");
    // RFC 8445 section 7.3.1.1
    public static final ErrorCode ROLE_CONFLICT = new ErrorCode(487, "Role Conflict");

    /**
     * Checks the code.
     *
     * @throws IllegalArgumentException if the code is outside 300 to 699
     */
    public ErrorCode {
        if (code < 300 || code > 699) {
            throw new IllegalArgumentException("an error code is 300 to 699, not " + code);
        }
    }

    /** The class, number and reason phrase at the position; null when they are malformed. */
    public static @Nullable ErrorCode read(ByteBuffer value) {
        if (value.remaining() < 2) {
            return null;
        }
        int hundreds = value.get() & 7;
        int number = value.get() & 0xFF;
        String reason = StunAttributes.utf8(value, StunAttributes.MAX_TEXT_BYTES);
        if (reason == null || hundreds < 3 || hundreds > 6 || number > 99) {
            return null;
        }
        return new ErrorCode(hundreds * 100 + number, reason);
    }

    /** Writes class, number and reason phrase at the position. */
    public void write(ByteBuffer out) {
        out.put((byte) (code / 100)).put((byte) (code % 100));
        out.put(reason.getBytes(StandardCharsets.UTF_8));
    }
}
