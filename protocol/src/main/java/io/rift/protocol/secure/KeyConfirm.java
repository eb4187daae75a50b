package io.rift.protocol.secure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The initiator's proof, which makes the responder deliver what it received.
 *
 * <pre>
 * responder index 4 | box: AEAD(alg 1, signature 64, finished 32) 97 + tag 16
 * </pre>
 */
public final class KeyConfirm {

    public static final int BYTES = 117;

    /** Length of what the box holds. */
    public static final int PROOF_BYTES = 1 + KeyInit.SIGNATURE_BYTES + KeyResp.FINISHED_BYTES;

    private static final int BOX_OFFSET = 4;

    private final byte[] message;

    private KeyConfirm(byte[] message) {
        this.message = message;
    }

    /** Reads a whole message; {@code null} if its length is wrong. */
    public static @Nullable KeyConfirm parse(byte[] message) {
        return message.length == BYTES ? new KeyConfirm(message.clone()) : null;
    }

    public static byte[] encode(int responderIndex, byte[] box) {
        return ByteBuffer.allocate(BYTES)
                .putInt(responderIndex)
                .put(box, 0, BYTES - BOX_OFFSET)
                .array();
    }

    /** The index that the responder chose in its KeyResp. */
    public int responderIndex() {
        return ByteBuffer.wrap(message).getInt(0);
    }

    /** Ciphertext and tag of the {@link Proof}. */
    public byte[] box() {
        return Arrays.copyOfRange(message, BOX_OFFSET, BYTES);
    }

    /** What the box holds. */
    public static final class Proof {
        private final byte[] plaintext;

        private Proof(byte[] plaintext) {
            this.plaintext = plaintext;
        }

        /** Reads the decrypted box; {@code null} if its length is wrong. */
        public static @Nullable Proof parse(byte[] plaintext) {
            return plaintext.length == PROOF_BYTES ? new Proof(plaintext.clone()) : null;
        }

        public static byte[] encode(AeadAlgorithm algorithm, byte[] signature, byte[] finished) {
            return ByteBuffer.allocate(PROOF_BYTES)
                    .put((byte) algorithm.code())
                    .put(signature, 0, KeyInit.SIGNATURE_BYTES)
                    .put(finished, 0, KeyResp.FINISHED_BYTES)
                    .array();
        }

        /** The {@code alg} that the initiator will put on its packets. */
        public int algorithmCode() {
            return plaintext[0] & 0xFF;
        }

        public byte[] signature() {
            return Arrays.copyOfRange(plaintext, 1, 1 + KeyInit.SIGNATURE_BYTES);
        }

        /** The MAC over all that precedes it. */
        public byte[] finished() {
            return Arrays.copyOfRange(plaintext, PROOF_BYTES - KeyResp.FINISHED_BYTES, PROOF_BYTES);
        }
    }
}
