package io.rift.peer.core.secure;

import io.rift.protocol.IpAddress;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Skeleton. */
final class ResponderHandshake implements Handshake {

    @SuppressWarnings("unused")
    ResponderHandshake(HandshakeContext context, HandshakeLimits limits, RandomGenerator random) {}

    @Override
    public void handleFragment(ByteBuffer datagram, IpAddress source, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable OpenedPayload handlePayload(ByteBuffer datagram) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void handleTimeout(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nextTimeoutNanos() {
        return NO_TIMEOUT;
    }

    @Override
    public @Nullable HandshakeOutput poll() {
        return null;
    }

    @Override
    public DropCounters drops() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
