package io.rift.protocol.rendezvous;

import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * Immutable octets: a nonce, a signature, an opaque blob. On the wire they are base64url without padding (RFC 4648
 * section 5), in the one canonical form.
 *
 * <p>Equality is not constant time; nothing compared here is a secret.
 */
public final class Octets implements Comparable<Octets> {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
    private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code bytes}. */
    public static Octets of(byte[] bytes) {
        return new Octets(bytes.clone());
    }

    /** {@code length} random octets. */
    public static Octets random(int length, RandomGenerator random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return new Octets(bytes);
    }

    /**
     * Reads the canonical base64url form: no padding, no white space, no stray bits in the last character.
     *
     * @throws IllegalArgumentException when {@code text} is not that form
     */
    public static Octets parse(String text) {
        Octets octets = new Octets(DECODER.decode(text));
        if (!octets.toString().equals(text)) {
            throw new IllegalArgumentException("not canonical base64url");
        }
        return octets;
    }

    /** A fresh array that the caller may keep. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** How many octets there are. */
    public int length() {
        return bytes.length;
    }

    Octets requireLength(int length, String name) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(name + " has " + bytes.length + " octets, not " + length);
        }
        return this;
    }

    /** Unsigned, octet by octet; keeps hash tables logarithmic when their keys are chosen by an attacker. */
    @Override
    public int compareTo(Octets other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The base64url form. */
    @Override
    public String toString() {
        return ENCODER.encodeToString(bytes);
    }
}
