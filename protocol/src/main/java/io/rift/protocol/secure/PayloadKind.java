package io.rift.protocol.secure;

import org.jspecify.annotations.Nullable;

/** What an EncryptedPayload is for. Each kind has its own keys, counter and replay window in each direction. */
public enum PayloadKind {
    /** Messages of the secure session itself. */
    CONTROL(0),
    /** Text and other small messages. */
    CHAT(1),
    /** Media frames; the only kind whose header carries a timestamp. */
    VOICE(2),
    /** Large transfers. */
    BULK(3);

    private final int code;

    PayloadKind(int code) {
        this.code = code;
    }

    /** The number on the wire, 4 bits. */
    public int code() {
        return code;
    }

    /** Length of the EncryptedPayload header of this kind. */
    public int headerBytes() {
        return this == VOICE ? EncryptedPayload.VOICE_HEADER_BYTES : EncryptedPayload.HEADER_BYTES;
    }

    /** The kind of this number, or {@code null} if there is none. */
    public static @Nullable PayloadKind ofCode(int code) {
        return switch (code) {
            case 0 -> CONTROL;
            case 1 -> CHAT;
            case 2 -> VOICE;
            case 3 -> BULK;
            default -> null;
        };
    }
}
