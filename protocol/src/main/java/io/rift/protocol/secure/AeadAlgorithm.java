package io.rift.protocol.secure;

import org.jspecify.annotations.Nullable;

/** The {@code alg} of EncryptedPayload and KeyConfirm. Both take a 32-byte key, a 12-byte nonce and add a 16-byte tag. */
public enum AeadAlgorithm {
    /** RFC 8439. */
    CHACHA20_POLY1305(1),
    /** NIST SP 800-38D with a 256-bit key. */
    AES_256_GCM(2);

    public static final int KEY_BYTES = 32;
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;

    private final int code;

    AeadAlgorithm(int code) {
        this.code = code;
    }

    /** The number on the wire, 4 bits. */
    public int code() {
        return code;
    }

    /** The algorithm of this number, or {@code null} if there is none. */
    public static @Nullable AeadAlgorithm ofCode(int code) {
        return switch (code) {
            case 1 -> CHACHA20_POLY1305;
            case 2 -> AES_256_GCM;
            default -> null;
        };
    }
}
