package io.rift.peer.core.secure;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import java.util.random.RandomGenerator;

/** The introductions have no version or no suite in common: fails before anything is sent. */
final class RefusedHandshake extends Handshake {

    RefusedHandshake(HandshakeContext context, Role role, RandomGenerator random) {
        super(context, role, random);
        fail(HandshakeFailure.NOTHING_IN_COMMON);
    }

    @Override
    void handleMessage(HandshakeChannel.Message message, IpAddress source, long nowNanos) {
        drops.count(DropReason.CLOSED);
    }

    @Override
    void handleReady() {}

    @Override
    public void handleTimeout(long nowNanos) {}

    @Override
    public long nextTimeoutNanos() {
        return Deadlines.NEVER;
    }

    @Override
    void wipe() {}
}
