package io.rift.protocol.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.stun.ErrorCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The value of ADDRESS-ERROR-CODE, RFC 8656 section 18.12.
 *
 * @param family which could not be allocated
 * @param error why
 */
public record AddressError(IpAddress.Family family, ErrorCode error) {

    static @Nullable AddressError read(ByteBuffer value) {
        if (value.remaining() < 4) {
            return null;
        }
        int code = value.get();
        value.get(); // reserved
        ErrorCode error = ErrorCode.read(value);
        for (IpAddress.Family family : IpAddress.Family.values()) {
            if (family.code() == code && error != null) {
                return new AddressError(family, error);
            }
        }
        return null;
    }

    void write(ByteBuffer out) {
        out.put((byte) family.code()).put((byte) 0);
        error.write(out);
    }
}
