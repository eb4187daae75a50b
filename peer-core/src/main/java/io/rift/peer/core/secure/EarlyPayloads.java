package io.rift.peer.core.secure;

import io.rift.protocol.secure.EncryptedPayload;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** Encrypted payloads that overtook the message which makes their keys usable. */
final class EarlyPayloads {

    static final int MAX_PAYLOADS = 8;

    private final int localIndex;
    private final DropCounters drops;
    private final Queue<ByteBuffer> datagrams = new ArrayDeque<>(MAX_PAYLOADS);

    EarlyPayloads(int localIndex, DropCounters drops) {
        this.localIndex = localIndex;
        this.drops = drops;
    }

    void keep(ByteBuffer datagram) {
        EncryptedPayload header = EncryptedPayload.parse(datagram);
        if (header == null) {
            drops.count(DropReason.MALFORMED);
        } else if (header.receiverIndex() != localIndex) {
            drops.count(DropReason.WRONG_INDEX);
        } else if (datagrams.size() == MAX_PAYLOADS) {
            drops.count(DropReason.EARLY_BUFFER_FULL);
        } else {
            byte[] copy = new byte[datagram.remaining()];
            datagram.get(datagram.position(), copy);
            datagrams.add(ByteBuffer.wrap(copy));
        }
    }

    /** The oldest that is left. */
    @Nullable ByteBuffer poll() {
        return datagrams.poll();
    }

    void clear() {
        datagrams.clear();
    }
}
