package io.rift.peer.core.secure;

import static io.rift.protocol.secure.AeadAlgorithm.NONCE_BYTES;

import java.nio.ByteBuffer;

/** Nonces of EncryptedPayload: {@code iv XOR (timestamp 4 || sequence 8)}. */
final class PayloadNonce {

    private PayloadNonce() {}

    static byte[] of(byte[] iv, int timestamp, long sequence) {
        ByteBuffer in = ByteBuffer.wrap(iv);
        return ByteBuffer.allocate(NONCE_BYTES)
                .putInt(in.getInt() ^ timestamp)
                .putLong(in.getLong() ^ sequence)
                .array();
    }
}
