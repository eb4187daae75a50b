package io.rift.protocol.rendezvous;

import java.util.random.RandomGenerator;

/**
 * Names one attempt of two peers to reach each other. The connecting peer draws it at random; it enters the handshake's
 * transcript, so it must never be used twice.
 *
 * @param octets {@value #BYTES} random octets
 */
public record SessionId(Octets octets) implements Comparable<SessionId> {
    /** Length in octets. */
    public static final int BYTES = 32;

    public SessionId {
        octets.requireLength(BYTES, "session");
    }

    /** A fresh session identifier. */
    public static SessionId random(RandomGenerator random) {
        return new SessionId(Octets.random(BYTES, random));
    }

    /**
     * Reads the base64url form.
     *
     * @throws IllegalArgumentException when {@code text} is not {@value #BYTES} octets in canonical base64url
     */
    public static SessionId parse(String text) {
        return new SessionId(Octets.parse(text));
    }

    /** A fresh array that the caller may keep. */
    public byte[] toByteArray() {
        return octets.toByteArray();
    }

    @Override
    public int compareTo(SessionId other) {
        return octets.compareTo(other.octets);
    }

    @Override
    public String toString() {
        return octets.toString();
    }
}
