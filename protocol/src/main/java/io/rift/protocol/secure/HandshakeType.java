package io.rift.protocol.secure;

import org.jspecify.annotations.Nullable;

/** The three messages of the handshake. */
public enum HandshakeType {
    KEY_INIT(1),
    KEY_RESP(2),
    KEY_CONFIRM(3);

    private final int code;

    HandshakeType(int code) {
        this.code = code;
    }

    /** The number on the wire, 8 bits. */
    public int code() {
        return code;
    }

    /** The type of this number, or {@code null}: unknown handshake messages are ignored. */
    public static @Nullable HandshakeType ofCode(int code) {
        return switch (code) {
            case 1 -> KEY_INIT;
            case 2 -> KEY_RESP;
            case 3 -> KEY_CONFIRM;
            default -> null;
        };
    }
}
