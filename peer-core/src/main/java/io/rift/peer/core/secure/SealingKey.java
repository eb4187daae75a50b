package io.rift.peer.core.secure;

import static io.rift.protocol.secure.AeadAlgorithm.TAG_BYTES;

import io.rift.protocol.secure.EncryptedPayload;
import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The key for one kind of payload in one direction, together with its counter. The counter is nowhere else and only
 * goes up, so no nonce is ever used twice.
 */
final class SealingKey implements AutoCloseable {

    /**
     * The most packets under one key. Far below what AES-GCM allows; new keys will be due at this point, and until there
     * is a rekey the connection has to be made again.
     */
    static final long MAX_PACKETS = 1L << 24;

    private final PayloadKind kind;
    private final Aead aead;
    private final byte[] iv;
    private long nextSequence;

    /** Takes the IV over. */
    SealingKey(PayloadKind kind, Aead aead, byte[] iv) {
        this(kind, aead, iv, 0);
    }

    SealingKey(PayloadKind kind, Aead aead, byte[] iv, long firstSequence) {
        this.kind = kind;
        this.aead = aead;
        this.iv = iv;
        this.nextSequence = firstSequence;
    }

    long remainingPackets() {
        return MAX_PACKETS - nextSequence;
    }

    ByteBuffer seal(int epoch, int receiverIndex, int timestamp, int innerType, byte[] body) {
        if (nextSequence >= MAX_PACKETS) {
            throw new IllegalStateException("the " + kind + " key is used up after " + MAX_PACKETS + " packets");
        }
        long sequence = nextSequence++;
        int plaintextBytes = Padding.paddedBytes(kind, body.length);
        byte[] array = OutgoingDatagram.allocate(kind.headerBytes() + plaintextBytes + TAG_BYTES);
        ByteBuffer datagram = OutgoingDatagram.wrap(array);
        int offset = datagram.position();
        int from = offset + kind.headerBytes();
        new EncryptedPayload(aead.algorithm().code(), kind, epoch, receiverIndex, sequence, timestamp)
                .write(datagram.duplicate());
        Padding.write(array, from, innerType, body);
        aead.seal(PayloadNonce.of(iv, timestamp, sequence), array, offset, from, from + plaintextBytes);
        return datagram;
    }

    @Override
    public void close() {
        nextSequence = MAX_PACKETS;
        aead.close();
        Arrays.fill(iv, (byte) 0);
    }
}
