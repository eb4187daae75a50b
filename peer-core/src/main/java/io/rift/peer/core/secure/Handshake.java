package io.rift.peer.core.secure;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One side of one handshake, from its first datagram to the end of the connection: it also repeats what was lost and
 * answers the other side's repeats after the session is established.
 */
public abstract sealed class Handshake implements AutoCloseable
        permits InitiatorHandshake, ResponderHandshake, RefusedHandshake {

    /**
     * After this many messages that whoever sent them had no right to, the handshake fails. Only the rendezvous and the
     * two peers can make such messages, and an honest peer makes none.
     */
    static final int MAX_BAD_MESSAGES = 4;

    final HandshakeContext context;
    final Role role;
    final HandshakeChannel channel;
    final DropCounters drops = new DropCounters();

    private final Queue<HandshakeOutput> outputs = new ArrayDeque<>();
    private final EarlyPayloads earlyPayloads;
    private @Nullable SecureSession session;
    private boolean keepsEarlyPayloads;
    private boolean established;
    private boolean ended;
    private int badMessages;

    Handshake(HandshakeContext context, Role role, RandomGenerator random) {
        this.context = context;
        this.role = role;
        this.channel = new HandshakeChannel(context, role, random, drops);
        this.earlyPayloads = new EarlyPayloads(context.local().receiverIndex(), drops);
    }

    /**
     * Begins a handshake as the peer that connects (the ICE controlling side). The first datagram waits in
     * {@link #poll}.
     *
     * @param rttNanos round trip as the connectivity check measured it; sets how soon the first repeat comes
     * @param random a cryptographic source
     */
    public static Handshake initiate(HandshakeContext context, long rttNanos, RandomGenerator random, long nowNanos) {
        Negotiation negotiation = Negotiation.of(context, Role.INITIATOR);
        return negotiation == null
                ? new RefusedHandshake(context, Role.INITIATOR, random)
                : new InitiatorHandshake(context, negotiation, rttNanos, random, nowNanos);
    }

    /**
     * Waits for the other peer's KeyInit. There is no deadline before it arrives.
     *
     * @param limits shared by all handshakes of this peer
     * @param random a cryptographic source
     */
    public static Handshake respond(HandshakeContext context, HandshakeLimits limits, RandomGenerator random) {
        Negotiation negotiation = Negotiation.of(context, Role.RESPONDER);
        return negotiation == null
                ? new RefusedHandshake(context, Role.RESPONDER, random)
                : new ResponderHandshake(context, negotiation, limits, random);
    }

    /**
     * When two peers connect to each other at the same time there are two handshakes, and both peers have to keep the
     * same one: that of the smaller identity. The other one goes on until the kept one is established.
     *
     * @return whether the handshake from {@code initiator} to {@code responder} is the one to keep
     */
    public static boolean prevails(PeerId initiator, PeerId responder) {
        return initiator.compareTo(responder) < 0;
    }

    /**
     * Takes a datagram that begins with 0xE1. Whatever it holds, nothing is thrown.
     *
     * @param source whence it came; the caller passes only datagrams of pairs whose check succeeded
     */
    public final void handleFragment(ByteBuffer datagram, IpAddress source, long nowNanos) {
        if (ended) {
            drops.count(DropReason.CLOSED);
            return;
        }
        HandshakeChannel.Message message = channel.open(datagram);
        if (message != null) {
            handleMessage(message, source, nowNanos);
        }
    }

    /**
     * Takes a datagram that begins with 0xE3. Before the keys are confirmed it is kept, within bounds, and comes out of
     * {@link #poll} later.
     *
     * @return {@code null} if it was kept, consumed, or dropped and counted
     */
    public final @Nullable OpenedPayload handlePayload(ByteBuffer datagram) {
        SecureSession keys = session;
        if (ended) {
            drops.count(DropReason.CLOSED);
            return null;
        }
        if (keys == null || !established) {
            keep(datagram);
            return null;
        }
        OpenedPayload payload = keys.open(datagram);
        if (payload == null || payload.kind() != PayloadKind.CONTROL) {
            return payload;
        }
        if (payload.innerType() == SecureSession.READY) {
            handleReady();
        }
        return payload.innerType() < SecureSession.FIRST_FREE_CONTROL_TYPE ? null : payload;
    }

    /** Tells the time; does nothing before {@link #nextTimeoutNanos}. */
    public abstract void handleTimeout(long nowNanos);

    /** When to call {@link #handleTimeout}, or {@link Deadlines#NEVER}. */
    public abstract long nextTimeoutNanos();

    /** The next output, {@code null} when there is none. */
    public final @Nullable HandshakeOutput poll() {
        return outputs.poll();
    }

    /** Datagrams that the handshake dropped; those that the session dropped are counted there. */
    public final DropCounters drops() {
        return drops;
    }

    /** Ends the handshake and its session and overwrites the secrets. Nothing is sent. */
    @Override
    public final void close() {
        ended = true;
        outputs.clear();
        earlyPayloads.clear();
        channel.close();
        if (session != null) {
            session.close();
        }
        wipe();
    }

    abstract void handleMessage(HandshakeChannel.Message message, IpAddress source, long nowNanos);

    /** The responder said that it has KeyConfirm. */
    abstract void handleReady();

    /** Overwrites the secrets of this role. */
    abstract void wipe();

    /** Payloads may be on their way for which the keys are not there or not confirmed. */
    final void keepEarlyPayloads() {
        keepsEarlyPayloads = true;
    }

    /** Makes the session of this handshake from its keys. */
    final SecureSession openSession(KeySchedule keys, Negotiation negotiation, byte[] th3, int remoteIndex) {
        SecureSession opened = new SecureSession(
                negotiation.suite(),
                context.remote().peerId(),
                context.local().receiverIndex(),
                remoteIndex,
                keys.applicationSecret(role, th3),
                keys.applicationSecret(role.other(), th3),
                keys.exporterSecret(th3));
        session = opened;
        return opened;
    }

    /** The other side proved who it is: delivers what waited for that. */
    final void establish(SecureSession opened) {
        established = true;
        outputs.add(new HandshakeOutput.Established(opened));
        for (ByteBuffer early = earlyPayloads.poll(); early != null; early = earlyPayloads.poll()) {
            OpenedPayload payload = handlePayload(early);
            if (payload != null) {
                outputs.add(new HandshakeOutput.Received(payload));
            }
        }
    }

    final void emit(HandshakeOutput output) {
        outputs.add(output);
    }

    final void transmit(List<byte[]> datagrams) {
        for (byte[] datagram : datagrams) {
            outputs.add(new HandshakeOutput.Transmit(OutgoingDatagram.copyOf(datagram)));
        }
    }

    /** Counts a message that an honest peer cannot have made. */
    final void reject(DropReason reason) {
        drops.count(reason);
        badMessages++;
        if (badMessages >= MAX_BAD_MESSAGES) {
            fail(HandshakeFailure.NOT_AUTHENTIC);
        }
    }

    /** Gives up after waiting in vain. */
    final void timeOut() {
        fail(badMessages > 0 ? HandshakeFailure.NOT_AUTHENTIC : HandshakeFailure.TIMED_OUT);
    }

    final void fail(HandshakeFailure failure) {
        close();
        outputs.add(new HandshakeOutput.Failed(failure));
    }

    private void keep(ByteBuffer datagram) {
        if (keepsEarlyPayloads) {
            earlyPayloads.keep(datagram);
        } else {
            drops.count(DropReason.UNEXPECTED);
        }
    }
}
