package io.rift.protocol.secure;

import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The answer of the responder.
 *
 * <pre>
 * version 1 | flags 1 | suite 2 | responder index 4 | initiator index 4 | nonce 16 | X25519 key 32
 * | [ML-KEM-768 ciphertext 1088] | box: AEAD(responder 32, signature 64, finished 32) 128 + tag 16
 * </pre>
 *
 * The length tells whether the ML-KEM ciphertext is there.
 */
public final class KeyResp {

    /** Length without an ML-KEM ciphertext. */
    public static final int CLASSICAL_BYTES = 204;

    /** Length with an ML-KEM-768 ciphertext. */
    public static final int HYBRID_BYTES = 1292;

    public static final int NONCE_BYTES = 16;
    public static final int MLKEM768_CIPHERTEXT_BYTES = 1088;
    public static final int FINISHED_BYTES = 32;

    /** Length of what the box holds. */
    public static final int PROOF_BYTES = PeerId.BYTES + KeyInit.SIGNATURE_BYTES + FINISHED_BYTES;

    private static final int BOX_BYTES = PROOF_BYTES + AeadAlgorithm.TAG_BYTES;
    private static final int SUITE_OFFSET = 2;
    private static final int RESPONDER_INDEX_OFFSET = 4;
    private static final int INITIATOR_INDEX_OFFSET = 8;
    private static final int NONCE_OFFSET = 12;
    private static final int X25519_KEY_OFFSET = 28;
    private static final int MLKEM_CIPHERTEXT_OFFSET = 60;

    private final byte[] message;

    private KeyResp(byte[] message) {
        this.message = message;
    }

    /** Reads a whole message; {@code null} if its length is neither of the two. */
    public static @Nullable KeyResp parse(byte[] message) {
        return message.length == CLASSICAL_BYTES || message.length == HYBRID_BYTES
                ? new KeyResp(message.clone())
                : null;
    }

    /**
     * Encodes everything that comes before the box.
     *
     * @param mlkemCiphertext {@code null} with a classical suite
     */
    public static byte[] encodeUnboxed(
            int version,
            Suite suite,
            int responderIndex,
            int initiatorIndex,
            byte[] nonce,
            byte[] x25519Key,
            byte @Nullable [] mlkemCiphertext) {
        ByteBuffer out = ByteBuffer.allocate((mlkemCiphertext == null ? CLASSICAL_BYTES : HYBRID_BYTES) - BOX_BYTES);
        out.put((byte) version).put((byte) 0).putShort((short) suite.code());
        out.putInt(responderIndex).putInt(initiatorIndex);
        out.put(nonce, 0, NONCE_BYTES).put(x25519Key, 0, KeyInit.X25519_KEY_BYTES);
        if (mlkemCiphertext != null) {
            out.put(mlkemCiphertext, 0, MLKEM768_CIPHERTEXT_BYTES);
        }
        return out.array();
    }

    /** Puts the box behind what was {@linkplain #encodeUnboxed encoded} for it. */
    public static byte[] encode(byte[] unboxed, byte[] box) {
        return ByteBuffer.allocate(unboxed.length + BOX_BYTES)
                .put(unboxed)
                .put(box, 0, BOX_BYTES)
                .array();
    }

    /** The version that the responder chose. */
    public int version() {
        return message[0] & 0xFF;
    }

    /** Number of the suite that the responder chose, known or not. */
    public int suiteCode() {
        return ByteBuffer.wrap(message).getShort(SUITE_OFFSET) & 0xFFFF;
    }

    /** The index that the responder wants on packets to it. */
    public int responderIndex() {
        return ByteBuffer.wrap(message).getInt(RESPONDER_INDEX_OFFSET);
    }

    /** The index of the KeyInit that this answers. */
    public int initiatorIndex() {
        return ByteBuffer.wrap(message).getInt(INITIATOR_INDEX_OFFSET);
    }

    /** The responder's nonce; its last 8 bytes may be a {@link DowngradeSentinel}. */
    public byte[] nonce() {
        return Arrays.copyOfRange(message, NONCE_OFFSET, X25519_KEY_OFFSET);
    }

    public byte[] x25519Key() {
        return Arrays.copyOfRange(message, X25519_KEY_OFFSET, MLKEM_CIPHERTEXT_OFFSET);
    }

    /** The ML-KEM-768 ciphertext, {@code null} in a classical KeyResp. */
    public byte @Nullable [] mlkemCiphertext() {
        return message.length == HYBRID_BYTES
                ? Arrays.copyOfRange(
                        message, MLKEM_CIPHERTEXT_OFFSET, MLKEM_CIPHERTEXT_OFFSET + MLKEM768_CIPHERTEXT_BYTES)
                : null;
    }

    /** Everything before the box, as the transcript takes it. */
    public byte[] unboxedPart() {
        return Arrays.copyOf(message, message.length - BOX_BYTES);
    }

    /** Ciphertext and tag of the {@link Proof}. */
    public byte[] box() {
        return Arrays.copyOfRange(message, message.length - BOX_BYTES, message.length);
    }

    /** What the box holds: who the responder is and that it holds both its identity key and the handshake's keys. */
    public static final class Proof {
        private final byte[] plaintext;

        private Proof(byte[] plaintext) {
            this.plaintext = plaintext;
        }

        /** Reads the decrypted box; {@code null} if its length is wrong. */
        public static @Nullable Proof parse(byte[] plaintext) {
            return plaintext.length == PROOF_BYTES ? new Proof(plaintext.clone()) : null;
        }

        public static byte[] encode(PeerId responder, byte[] signature, byte[] finished) {
            return ByteBuffer.allocate(PROOF_BYTES)
                    .put(responder.bytes())
                    .put(signature, 0, KeyInit.SIGNATURE_BYTES)
                    .put(finished, 0, FINISHED_BYTES)
                    .array();
        }

        /** Who says to be the responder. */
        public PeerId responder() {
            return PeerId.of(Arrays.copyOf(plaintext, PeerId.BYTES));
        }

        public byte[] signature() {
            return Arrays.copyOfRange(plaintext, PeerId.BYTES, PeerId.BYTES + KeyInit.SIGNATURE_BYTES);
        }

        /** The MAC over all that precedes it. */
        public byte[] finished() {
            return Arrays.copyOfRange(plaintext, PROOF_BYTES - FINISHED_BYTES, PROOF_BYTES);
        }
    }
}
