package io.rift.peer.core.secure;

import io.rift.protocol.IpAddress;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One side of one handshake, from the first datagram to the end of the connection: it also repeats what was lost and
 * answers the other side's repeats after the session is established.
 */
public sealed interface Handshake extends AutoCloseable permits InitiatorHandshake, ResponderHandshake {

    /** What {@link #nextTimeoutNanos} answers while there is nothing to wait for. */
    long NO_TIMEOUT = Long.MAX_VALUE;

    /**
     * Begins a handshake as the peer that connects (the ICE controlling side). The first datagram waits in
     * {@link #poll}.
     *
     * @param rttNanos round trip as the connectivity check measured it; sets how soon the first repeat comes
     * @param random a cryptographic source
     */
    static Handshake initiate(HandshakeContext context, long rttNanos, RandomGenerator random, long nowNanos) {
        return new InitiatorHandshake(context, rttNanos, random, nowNanos);
    }

    /**
     * Waits for the other peer's KeyInit. There is no deadline before it arrives.
     *
     * @param limits shared by all handshakes of this peer
     * @param random a cryptographic source
     */
    static Handshake respond(HandshakeContext context, HandshakeLimits limits, RandomGenerator random) {
        return new ResponderHandshake(context, limits, random);
    }

    /**
     * Takes a datagram that begins with 0xE1. Whatever it holds, nothing is thrown.
     *
     * @param source whence it came; the caller passes only datagrams of pairs whose check succeeded
     */
    void handleFragment(ByteBuffer datagram, IpAddress source, long nowNanos);

    /**
     * Takes a datagram that begins with 0xE3. Before the keys are confirmed it is kept, within bounds, and comes out of
     * {@link #poll} later.
     *
     * @return {@code null} if it was kept, consumed, or dropped and counted
     */
    @Nullable OpenedPayload handlePayload(ByteBuffer datagram);

    /** Tells the time; does nothing before {@link #nextTimeoutNanos}. */
    void handleTimeout(long nowNanos);

    /** When to call {@link #handleTimeout}, or {@link #NO_TIMEOUT}. */
    long nextTimeoutNanos();

    /** The next output, {@code null} when there is none. */
    @Nullable HandshakeOutput poll();

    /** Datagrams dropped by the handshake; those that the session dropped are counted there. */
    DropCounters drops();

    /** Ends the handshake and its session and overwrites the secrets. Nothing is sent. */
    @Override
    void close();
}
