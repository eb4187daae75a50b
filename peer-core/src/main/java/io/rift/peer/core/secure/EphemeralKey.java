package io.rift.peer.core.secure;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.jspecify.annotations.Nullable;

/** An X25519 key pair (RFC 7748) that serves one handshake. */
final class EphemeralKey implements AutoCloseable {

    private final byte[] secretKey = new byte[X25519.SCALAR_SIZE];
    private final byte[] publicKey = new byte[X25519.POINT_SIZE];

    EphemeralKey(RandomGenerator random) {
        random.nextBytes(secretKey);
        X25519.generatePublicKey(secretKey, 0, publicKey, 0);
    }

    byte[] publicKey() {
        return publicKey;
    }

    /** The shared secret; {@code null} if it is all zeros, which only a key of small order leads to. */
    byte @Nullable [] agree(byte[] remoteKey) {
        byte[] shared = new byte[X25519.POINT_SIZE];
        return X25519.calculateAgreement(secretKey, 0, remoteKey, 0, shared, 0) ? shared : null;
    }

    @Override
    public void close() {
        Arrays.fill(secretKey, (byte) 0);
    }
}
