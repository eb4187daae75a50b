package io.rift.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Who a peer is: its Ed25519 public key (RFC 8032), 32 bytes.
 *
 * <p>The text form is what people copy and paste: 56 characters of lower-case base32 over the key, a 2-byte checksum and
 * a version byte, so that a typing error is found before anything is dialled. Case does not matter when reading.
 */
public final class PeerId implements Comparable<PeerId> {

    /** Length of the key in bytes. */
    public static final int BYTES = 32;

    /** Length of the text form in characters. */
    public static final int TEXT_CHARACTERS = 56;

    private static final byte VERSION = 1;
    private static final int CHECKSUM_BYTES = 2;
    private static final byte[] CHECKSUM_LABEL = "rift peer id".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FINGERPRINT_LABEL = "rift fingerprint".getBytes(StandardCharsets.US_ASCII);
    private static final int FINGERPRINT_BYTES = 16;

    private final byte[] key;

    private PeerId(byte[] key) {
        this.key = key;
    }

    /**
     * The peer with this Ed25519 public key. Whether the bytes are a point of the curve shows when a signature is
     * verified.
     *
     * @throws IllegalArgumentException unless there are 32 bytes
     */
    public static PeerId of(byte[] publicKey) {
        if (publicKey.length != BYTES) {
            throw new IllegalArgumentException("an Ed25519 public key has 32 bytes, not " + publicKey.length);
        }
        return new PeerId(publicKey.clone());
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if the text has a wrong length, character, checksum or version
     */
    public static PeerId parse(String text) {
        if (text.length() != TEXT_CHARACTERS) {
            throw new IllegalArgumentException("a peer id has " + TEXT_CHARACTERS + " characters, not " + text.length()
                    + ": '" + shorten(text) + "'");
        }
        byte[] bytes = Base32.decode(text);
        if (bytes == null) {
            throw new IllegalArgumentException(
                    "a peer id has only the characters a-z and 2-7: '" + shorten(text) + "'");
        }
        byte version = bytes[BYTES + CHECKSUM_BYTES];
        byte[] key = Arrays.copyOf(bytes, BYTES);
        byte[] checksum = checksum(key, version);
        if (bytes[BYTES] != checksum[0] || bytes[BYTES + 1] != checksum[1]) {
            throw new IllegalArgumentException(
                    "the checksum of the peer id does not match, so it has a typing error: '" + text + "'");
        }
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "a peer id of version " + version + ", but only " + VERSION + " is known");
        }
        return new PeerId(key);
    }

    /** A copy of the key. */
    public byte[] bytes() {
        return key.clone();
    }

    /** What two people compare by voice: 8 groups of 4 hexadecimal digits, the first 128 bits of a hash of the key. */
    public String fingerprint() {
        byte[] hash = sha256(FINGERPRINT_LABEL, key);
        String digits = HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
        return digits.replaceAll("(.{4})(?!$)", "$1 ");
    }

    /** Orders by the key's bytes, unsigned. The handshake's tie between two callers is broken by this order. */
    @Override
    public int compareTo(PeerId other) {
        return Arrays.compareUnsigned(key, other.key);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerId that && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    /** The text form. */
    @Override
    public String toString() {
        byte[] bytes = Arrays.copyOf(key, BYTES + CHECKSUM_BYTES + 1);
        System.arraycopy(checksum(key, VERSION), 0, bytes, BYTES, CHECKSUM_BYTES);
        bytes[BYTES + CHECKSUM_BYTES] = VERSION;
        return Base32.encode(bytes);
    }

    private static String shorten(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static byte[] checksum(byte[] key, byte version) {
        return sha256(CHECKSUM_LABEL, key, new byte[] {version});
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
