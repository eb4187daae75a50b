package io.rift.peer.core.secure;

import static io.rift.protocol.secure.AeadAlgorithm.TAG_BYTES;

import io.rift.protocol.secure.AeadAlgorithm;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * One AEAD key. Whoever seals answers for never using a nonce twice; see {@link SealingKey}.
 *
 * <p>The ciphers are the platform's: their AES-GCM runs on the processor's instructions.
 */
final class Aead implements AutoCloseable {

    private final AeadAlgorithm algorithm;
    private final Key key;
    private Cipher cipher;

    /** Takes the array over. */
    Aead(AeadAlgorithm algorithm, byte[] key) {
        this.algorithm = algorithm;
        this.key = new Key(algorithm, key);
        this.cipher = newCipher(algorithm);
    }

    AeadAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * Encrypts in place: {@code [offset, from)} is the associated data, {@code [from, to)} the plaintext, and the 16
     * bytes from {@code to} on receive the tag.
     */
    void seal(byte[] nonce, byte[] datagram, int offset, int from, int to) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(datagram, offset, from - offset);
            cipher.doFinal(datagram, from, to - from, datagram, from);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform cannot seal with " + algorithm, e);
        }
    }

    /**
     * Decrypts {@code [from, to)}, tag included, with {@code [offset, from)} as the associated data.
     *
     * @param plaintext room for {@code to - from - 16} bytes; holds nothing of use after a failure
     * @return whether the tag is right
     */
    boolean open(byte[] nonce, byte[] datagram, int offset, int from, int to, byte[] plaintext) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters(nonce));
            cipher.updateAAD(datagram, offset, from - offset);
            cipher.doFinal(datagram, from, to - from, plaintext, 0);
            return true;
        } catch (GeneralSecurityException e) {
            if (algorithm == AeadAlgorithm.CHACHA20_POLY1305) {
                // Older platforms (17 does, 25 does not) refuse to decrypt twice in a row with one nonce, so after a
                // forgery the genuine packet of the same number would be lost. A new cipher remembers nothing.
                cipher = newCipher(algorithm);
            }
            return false;
        }
    }

    /** Encrypts a message of its own: ciphertext and tag. */
    byte[] seal(byte[] nonce, byte[] associatedData, byte[] plaintext) {
        int from = associatedData.length;
        int to = from + plaintext.length;
        byte[] both = Arrays.copyOf(associatedData, to + TAG_BYTES);
        System.arraycopy(plaintext, 0, both, from, plaintext.length);
        seal(nonce, both, 0, from, to);
        return Arrays.copyOfRange(both, from, both.length);
    }

    /** Decrypts what the method above made; {@code null} if it is not authentic. */
    byte @Nullable [] open(byte[] nonce, byte[] associatedData, byte[] ciphertext) {
        int from = associatedData.length;
        byte[] both = Arrays.copyOf(associatedData, from + ciphertext.length);
        System.arraycopy(ciphertext, 0, both, from, ciphertext.length);
        byte[] plaintext = new byte[ciphertext.length - TAG_BYTES];
        return open(nonce, both, 0, from, both.length, plaintext) ? plaintext : null;
    }

    /** Overwrites the key. */
    @Override
    public void close() {
        key.destroy();
        cipher = newCipher(algorithm);
    }

    private AlgorithmParameterSpec parameters(byte[] nonce) {
        return switch (algorithm) {
            case CHACHA20_POLY1305 -> new IvParameterSpec(nonce);
            case AES_256_GCM -> new GCMParameterSpec(8 * TAG_BYTES, nonce);
        };
    }

    private static Cipher newCipher(AeadAlgorithm algorithm) {
        try {
            return switch (algorithm) {
                case CHACHA20_POLY1305 -> Cipher.getInstance("ChaCha20-Poly1305");
                case AES_256_GCM -> Cipher.getInstance("AES/GCM/NoPadding");
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks " + algorithm, e);
        }
    }

    /** {@code SecretKeySpec} keeps a copy that cannot be overwritten; this one can. */
    private static final class Key implements SecretKey {
        private static final long serialVersionUID = 1;

        private final AeadAlgorithm aead;
        private final byte[] bytes;

        Key(AeadAlgorithm aead, byte[] bytes) {
            this.aead = aead;
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return switch (aead) {
                case CHACHA20_POLY1305 -> "ChaCha20";
                case AES_256_GCM -> "AES";
            };
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }

        @Override
        public void destroy() {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
