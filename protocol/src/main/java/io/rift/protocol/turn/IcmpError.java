package io.rift.protocol.turn;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The value of ICMP, RFC 8656 section 18.13: an error that came back for a packet to a peer. Whether the numbers are
 * those of ICMP or ICMPv6 follows from the family of XOR-PEER-ADDRESS.
 *
 * @param type 0 to 127; the attribute has 7 bits for it
 * @param code 0 to 511; the attribute has 9 bits for it
 * @param errorData the MTU of the next hop where the error tells one ("packet too big", "fragmentation needed"),
 *     unsigned 32 bits; otherwise 0
 */
public record IcmpError(int type, int code, long errorData) {
    private static final int BYTES = 8;
    private static final int CODE_BITS = 9;
    private static final int MAX_TYPE = 127;
    private static final int MAX_CODE = (1 << CODE_BITS) - 1;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one does not fit its field
     */
    public IcmpError {
        if (type < 0 || type > MAX_TYPE || code < 0 || code > MAX_CODE || errorData >>> 32 != 0) {
            throw new IllegalArgumentException("no ICMP error: type " + type + ", code " + code + ", " + errorData);
        }
    }

    static @Nullable IcmpError read(ByteBuffer value) {
        if (value.remaining() != BYTES) {
            return null;
        }
        value.getShort(); // "MUST be ignored when received"
        int typeAndCode = value.getShort() & 0xFFFF;
        return new IcmpError(typeAndCode >>> CODE_BITS, typeAndCode & MAX_CODE, Integer.toUnsignedLong(value.getInt()));
    }

    void write(ByteBuffer out) {
        out.putShort((short) 0).putShort((short) (type << CODE_BITS | code)).putInt((int) errorData);
    }
}
