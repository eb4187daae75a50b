package io.rift.peer.core.secure;

import io.rift.protocol.PeerId;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** A peer's long-term Ed25519 key pair (RFC 8032). Its public half is the {@link PeerId}. */
public final class Identity implements AutoCloseable {

    /** Length of the seed, which is all there is to store. */
    public static final int SEED_BYTES = 32;

    public static final int SIGNATURE_BYTES = 64;

    private final byte[] seed;
    private final byte[] publicKey;
    private final PeerId peerId;
    private boolean closed;

    private Identity(byte[] seed) {
        this.seed = seed;
        this.publicKey = new byte[PeerId.BYTES];
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
        this.peerId = PeerId.of(publicKey);
    }

    /**
     * A new identity.
     *
     * @param random a cryptographic source
     */
    public static Identity generate(RandomGenerator random) {
        byte[] seed = new byte[SEED_BYTES];
        random.nextBytes(seed);
        return new Identity(seed);
    }

    /**
     * The identity that was stored as this {@linkplain #seed() seed}.
     *
     * @throws IllegalArgumentException unless there are {@value #SEED_BYTES} bytes
     */
    public static Identity fromSeed(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException("a seed has " + SEED_BYTES + " bytes, not " + seed.length);
        }
        return new Identity(seed.clone());
    }

    public PeerId peerId() {
        return peerId;
    }

    /** A copy of the secret from which {@link #fromSeed} makes this identity again. */
    public byte[] seed() {
        return seed.clone();
    }

    /**
     * The Ed25519 signature over the message as it is. What is signed should begin with a context of its own, so that no
     * signature of one protocol is one of another.
     *
     * @throws IllegalStateException after {@link #close}
     */
    public byte[] sign(byte[] message) {
        if (closed) {
            throw new IllegalStateException("the identity " + peerId + " is closed");
        }
        byte[] signature = new byte[SIGNATURE_BYTES];
        Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
        return signature;
    }

    /** Whether the signature over the message, as it is, was made by this peer. */
    static boolean verify(PeerId signer, byte[] message, byte[] signature) {
        if (signature.length != SIGNATURE_BYTES) {
            return false;
        }
        // A key of small order has signatures that fit any message, so it must not name a peer. The partial validation
        // finds those; the full one would cost as much as the verification and only add keys of mixed order, which help
        // nobody but their owner.
        Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(signer.bytes(), 0);
        return point != null && Ed25519.verify(signature, 0, point, message, 0, message.length);
    }

    /** Overwrites the secret. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(seed, (byte) 0);
    }

    /** The peer id; never the secret. */
    @Override
    public String toString() {
        return peerId.toString();
    }
}
