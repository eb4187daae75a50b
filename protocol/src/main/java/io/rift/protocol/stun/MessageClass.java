package io.rift.protocol.stun;

/** The four classes of RFC 8489 section 5, in the order of their two bits C1 C0. */
public enum MessageClass {
    REQUEST(0x000),
    INDICATION(0x010),
    SUCCESS_RESPONSE(0x100),
    ERROR_RESPONSE(0x110);

    private static final MessageClass[] BY_BITS = values();

    /** C1 and C0 at their places in the message type. */
    private final int typeBits;

    MessageClass(int typeBits) {
        this.typeBits = typeBits;
    }

    // RFC 8489 section 5, figure 3: M11-M7, C1, M6-M4, C0, M3-M0
    static MessageClass ofType(int type) {
        return BY_BITS[(type >>> 7 & 2) | (type >>> 4 & 1)];
    }

    static int methodOfType(int type) {
        return (type & 0x000F) | (type & 0x00E0) >>> 1 | (type & 0x3E00) >>> 2;
    }

    int typeOf(int method) {
        int methodBits = (method & 0x000F) | (method & 0x0070) << 1 | (method & 0x0F80) << 2;
        return methodBits | typeBits;
    }
}
