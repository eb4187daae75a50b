package io.rift.protocol.secure;

import org.jspecify.annotations.Nullable;

/** Key agreement and AEAD of one session. SHA-256 and Ed25519 belong to every suite. */
public enum Suite {
    X25519_CHACHA20_POLY1305(0x0201, false, AeadAlgorithm.CHACHA20_POLY1305),
    X25519_AES_256_GCM(0x0202, false, AeadAlgorithm.AES_256_GCM),
    X25519MLKEM768_CHACHA20_POLY1305(0x0211, true, AeadAlgorithm.CHACHA20_POLY1305),
    X25519MLKEM768_AES_256_GCM(0x0212, true, AeadAlgorithm.AES_256_GCM);

    private final int code;
    private final boolean hybrid;
    private final AeadAlgorithm aead;

    Suite(int code, boolean hybrid, AeadAlgorithm aead) {
        this.code = code;
        this.hybrid = hybrid;
        this.aead = aead;
    }

    /** The number on the wire, 16 bits. */
    public int code() {
        return code;
    }

    /** Whether ML-KEM-768 joins X25519, so that KeyInit and KeyResp carry its key and ciphertext. */
    public boolean hybrid() {
        return hybrid;
    }

    public AeadAlgorithm aead() {
        return aead;
    }

    /** The suite of this number, or {@code null}: a peer ignores suites that it does not know. */
    public static @Nullable Suite ofCode(int code) {
        for (Suite suite : values()) {
            if (suite.code == code) {
                return suite;
            }
        }
        return null;
    }
}
