package io.rift.peer.core.secure;

import static io.rift.protocol.secure.AeadAlgorithm.TAG_BYTES;

import io.rift.protocol.secure.EncryptedPayload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The key for one kind of payload that arrives, together with its replay window. */
final class OpeningKey implements AutoCloseable {

    private final Aead aead;
    private final byte[] iv;
    private final ReplayWindow window = new ReplayWindow();

    /** Takes the IV over. */
    OpeningKey(Aead aead, byte[] iv) {
        this.aead = aead;
        this.iv = iv;
    }

    /** The payload of a datagram whose header was read and fits the session; {@code null} if dropped and counted. */
    @Nullable OpenedPayload open(EncryptedPayload header, byte[] datagram, int offset, int length, DropCounters drops) {
        if (header.algorithmCode() != aead.algorithm().code()) {
            drops.count(DropReason.WRONG_ALGORITHM);
            return null;
        }
        switch (window.check(header.sequence())) {
            case REPLAYED -> {
                drops.count(DropReason.REPLAYED);
                return null;
            }
            case TOO_OLD -> {
                drops.count(DropReason.TOO_OLD);
                return null;
            }
            case NEW -> {}
        }
        int from = offset + header.kind().headerBytes();
        byte[] plaintext = new byte[offset + length - from - TAG_BYTES];
        byte[] nonce = PayloadNonce.of(iv, header.timestamp(), header.sequence());
        if (!aead.open(nonce, datagram, offset, from, offset + length, plaintext)) {
            drops.count(DropReason.NOT_AUTHENTIC);
            return null;
        }
        window.mark(header.sequence());
        int end = Padding.bodyEnd(plaintext);
        if (end < 0) {
            drops.count(DropReason.MALFORMED);
            return null;
        }
        return new OpenedPayload(
                header.kind(),
                plaintext[0] & 0xFF,
                header.sequence(),
                header.timestamp(),
                ByteBuffer.wrap(plaintext, 1, end - 1).slice());
    }

    @Override
    public void close() {
        aead.close();
        Arrays.fill(iv, (byte) 0);
    }
}
