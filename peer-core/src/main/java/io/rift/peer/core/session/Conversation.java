package io.rift.peer.core.session;

import io.rift.peer.core.channel.ChannelFrame;
import io.rift.peer.core.channel.MessageChannel;
import io.rift.peer.core.secure.DropCounters;
import io.rift.peer.core.secure.OpenedPayload;
import io.rift.peer.core.secure.SecureSession;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.secure.PayloadKind;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is said inside the encryption: messages over a channel, unreliable datagrams, and the farewell. Messages may be
 * handed over before there is a session; they wait in the send buffer.
 */
final class Conversation {

    /** What an authentic payload means for the connection as a whole. */
    enum Verdict {
        GOES_ON,
        CLOSED_BY_PEER,
        CLOSE_ACKNOWLEDGED,
        VIOLATION
    }

    private static final byte[] EMPTY = {};
    private static final long MIN_FAREWELL_INTERVAL_NANOS = 50_000_000L;
    private static final long MAX_FAREWELL_INTERVAL_NANOS = 500_000_000L;

    private final ConnectionId id;
    private final Outbox outbox;
    private final MessageChannel channel = new MessageChannel();
    private @Nullable SecureSession session;
    private boolean full;
    /** While {@code SendBufferFreed} is not answered: more may be offered, so a farewell would come too early. */
    private long freedUntilNanos = Deadlines.NEVER;

    private @Nullable CloseReason farewell;
    private long lingerUntilNanos;
    private int farewellsLeft = EndpointLimits.CLOSE_TRIES;
    private long nextFarewellNanos = Deadlines.NEVER;

    private long messagesSent;
    private long messagesReceived;
    private long datagramsSent;
    private long datagramsReceived;
    private long packetsSent;
    private long packetsReceived;

    Conversation(ConnectionId id, Outbox outbox) {
        this.id = id;
        this.outbox = outbox;
    }

    void established(SecureSession secured, long roundTripNanos, long nowNanos) {
        session = secured;
        channel.pathChanged(roundTripNanos, nowNanos);
    }

    @Nullable SecureSession session() {
        return session;
    }

    /** Takes a message, or returns false because the buffer is full; {@code SendBufferFreed} then follows. */
    boolean offer(byte[] message, long nowNanos) {
        freedUntilNanos = Deadlines.NEVER;
        boolean taken = channel.offer(message, nowNanos);
        if (taken) {
            messagesSent++;
        } else {
            full = true;
        }
        return taken;
    }

    /** A sealed datagram, or null while there is no session or when its key is used up. */
    @Nullable ByteBuffer datagram(PayloadKind kind, int timestamp, byte[] body) {
        SecureSession current = session;
        if (current == null || current.remainingPackets(kind) == 0) {
            return null;
        }
        datagramsSent++;
        packetsSent++;
        return kind == PayloadKind.VOICE
                ? current.sealVoice(timestamp, ControlFrame.DATAGRAM, body)
                : current.seal(kind, ControlFrame.DATAGRAM, body);
    }

    void consumed() {
        channel.consumed();
    }

    void pathChanged(long roundTripNanos, long nowNanos) {
        channel.pathChanged(roundTripNanos, nowNanos);
    }

    Verdict handle(OpenedPayload payload, long nowNanos) {
        packetsReceived++;
        return switch (payload.kind()) {
            case CONTROL -> handleControl(payload.innerType());
            case CHAT -> handleChat(payload, nowNanos);
            case VOICE, BULK -> handleDatagram(payload);
        };
    }

    private Verdict handleControl(int innerType) {
        return switch (innerType) {
            case ControlFrame.CLOSE -> Verdict.CLOSED_BY_PEER;
            case ControlFrame.CLOSE_ACKNOWLEDGED -> Verdict.CLOSE_ACKNOWLEDGED;
            default -> unknown();
        };
    }

    private Verdict handleChat(OpenedPayload payload, long nowNanos) {
        return switch (channel.handleFrame(payload.innerType(), payload.body(), nowNanos)) {
            case TAKEN, DUPLICATE -> {
                deliver();
                yield Verdict.GOES_ON;
            }
            case UNKNOWN -> unknown();
            case VIOLATION -> Verdict.VIOLATION;
        };
    }

    private void deliver() {
        for (byte[] message = channel.pollMessage(); message != null; message = channel.pollMessage()) {
            messagesReceived++;
            outbox.tell(new EndpointOutput.MessageReceived(id, ByteBuffer.wrap(message)));
        }
    }

    private Verdict handleDatagram(OpenedPayload payload) {
        if (payload.innerType() != ControlFrame.DATAGRAM) {
            return unknown();
        }
        datagramsReceived++;
        ByteBuffer body = ByteBuffer.wrap(payload.bodyBytes());
        outbox.tell(new EndpointOutput.DatagramReceived(id, payload.kind(), payload.timestamp(), body));
        return Verdict.GOES_ON;
    }

    private Verdict unknown() {
        outbox.drop(DropReason.UNKNOWN_PAYLOAD_TYPE);
        return Verdict.GOES_ON;
    }

    /** Says farewell when everything has arrived at the other side, or when it has had enough time for that. */
    void close(CloseReason reason, long lingerNanos, long nowNanos) {
        if (farewell == null) {
            farewell = reason;
            lingerUntilNanos = nowNanos + lingerNanos;
            nextFarewellNanos = lingerUntilNanos;
        }
    }

    @Nullable CloseReason farewell() {
        return farewell;
    }

    /** Whether the other side was told as often as it is going to be. */
    boolean isOver(long nowNanos) {
        return farewell != null && farewellsLeft == 0 && Deadlines.isDue(nextFarewellNanos, nowNanos);
    }

    /** Seals what is to be sent now; false if a key is used up and the connection cannot go on. */
    boolean drain(long nowNanos, Consumer<ByteBuffer> sealed) {
        SecureSession current = session;
        if (current == null) {
            return true;
        }
        for (ChannelFrame frame = channel.pollFrame(nowNanos); frame != null; frame = channel.pollFrame(nowNanos)) {
            if (current.remainingPackets(PayloadKind.CHAT) == 0) {
                return false;
            }
            packetsSent++;
            sealed.accept(current.seal(PayloadKind.CHAT, frame.innerType(), frame.encode()));
        }
        if (full && channel.bufferedBytes() <= MessageChannel.SEND_BUFFER_BYTES / 2) {
            full = false;
            freedUntilNanos = nowNanos;
            outbox.tell(new EndpointOutput.SendBufferFreed(id));
        }
        CloseReason reason = farewell;
        if (reason != null && isFarewellDue(nowNanos)) {
            farewellsLeft--;
            nextFarewellNanos = nowNanos + farewellIntervalNanos();
            ByteBuffer close = control(ControlFrame.CLOSE, ControlFrame.close(reason));
            if (close != null) {
                sealed.accept(close);
            }
        }
        return true;
    }

    private boolean isFarewellDue(long nowNanos) {
        boolean isFirst = farewellsLeft == EndpointLimits.CLOSE_TRIES;
        boolean hasEverything = channel.isIdle() && !full && freedUntilNanos == Deadlines.NEVER;
        return farewellsLeft > 0 && ((isFirst && hasEverything) || Deadlines.isDue(nextFarewellNanos, nowNanos));
    }

    private long farewellIntervalNanos() {
        long roundTripNanos = channel.roundTripTime().toNanos();
        return Math.clamp(2 * roundTripNanos, MIN_FAREWELL_INTERVAL_NANOS, MAX_FAREWELL_INTERVAL_NANOS);
    }

    /** The answer to the other side's farewell. */
    @Nullable ByteBuffer closeAcknowledged() {
        return control(ControlFrame.CLOSE_ACKNOWLEDGED, EMPTY);
    }

    private @Nullable ByteBuffer control(int innerType, byte[] body) {
        SecureSession current = session;
        if (current == null || current.remainingPackets(PayloadKind.CONTROL) == 0) {
            return null;
        }
        packetsSent++;
        return current.seal(PayloadKind.CONTROL, innerType, body);
    }

    long roundTripNanos() {
        return channel.roundTripTime().toNanos();
    }

    long nextTimeoutNanos() {
        return session == null
                ? Deadlines.NEVER
                : Deadlines.earlier(channel.nextTimeoutNanos(), Deadlines.earlier(nextFarewellNanos, freedUntilNanos));
    }

    void handleTimeout(long nowNanos) {
        if (session != null) {
            channel.handleTimeout(nowNanos);
        }
        if (Deadlines.isDue(freedUntilNanos, nowNanos)) {
            freedUntilNanos = Deadlines.NEVER; // the application had its turn and offered nothing
        }
    }

    ConnectionStatistics statistics(long connectNanos, long roundTripNanos) {
        long dropped = session == null ? 0 : total(session.drops());
        return new ConnectionStatistics(
                connectNanos,
                roundTripNanos,
                messagesSent,
                messagesReceived,
                datagramsSent,
                datagramsReceived,
                packetsSent,
                packetsReceived,
                channel.retransmitted(),
                dropped);
    }

    private static long total(DropCounters drops) {
        return drops.snapshot().values().stream().mapToLong(Long::longValue).sum();
    }
}
