package io.rift.peer.core.channel;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Messages to and from one peer, whole, in order and exactly once, over packets that get lost. Sans-IO: after every
 * call, drain {@link #pollFrame} and {@link #pollMessage} and ask for {@link #nextTimeoutNanos}.
 */
public final class MessageChannel {

    /** The longest message. */
    public static final int MAX_MESSAGE_BYTES = 65_536;

    /** Most bytes that wait or are unacknowledged; each message counts 64 bytes more than it has. */
    public static final int SEND_BUFFER_BYTES = 1_048_576;

    /** No timer is set. */
    public static final long NEVER = Long.MAX_VALUE;

    /** A sender that cuts smaller than it has to is tolerated up to half-filled fragments. */
    static final int MAX_MESSAGE_FRAGMENTS = 2 * (MAX_MESSAGE_BYTES / ChannelFrame.MAX_FRAGMENT_BYTES + 1);

    /** What became of a frame. */
    public enum FrameOutcome {
        TAKEN,
        /** Nothing new. */
        DUPLICATE,
        /** Of no known type; a later version may know it. */
        UNKNOWN,
        /** An authentic peer that sends this has a fault; the connection cannot go on. */
        VIOLATION
    }

    private final RoundTripEstimator roundTrip = new RoundTripEstimator();
    private final FragmentSender sender;
    private final FragmentReceiver receiver;

    /** A channel that is empty both ways. */
    public MessageChannel() {
        this(0);
    }

    MessageChannel(long firstSequence) {
        sender = new FragmentSender(firstSequence, roundTrip);
        receiver = new FragmentReceiver(firstSequence);
    }

    /**
     * Takes a message for sending, or returns false because the send buffer is full; {@link #bufferedBytes} then has to
     * fall first. The array belongs to the channel from here on.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE_BYTES}
     */
    public boolean offer(byte[] message, long nowNanos) {
        if (message.length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "a message has at most " + MAX_MESSAGE_BYTES + " bytes, not " + message.length);
        }
        return sender.offer(message, nowNanos);
    }

    /** Bytes of the send buffer in use. */
    public int bufferedBytes() {
        return sender.bufferedBytes();
    }

    /** Whether the other side has everything that was offered. */
    public boolean isIdle() {
        return sender.isIdle();
    }

    /** Takes the body of a sealed packet that was authentic and new. */
    public FrameOutcome handleFrame(int innerType, ByteBuffer body, long nowNanos) {
        return switch (innerType) {
            case ChannelFrame.Data.TYPE, ChannelFrame.Ack.TYPE, ChannelFrame.WindowProbe.TYPE -> {
                ChannelFrame frame = ChannelFrame.decode(innerType, body);
                yield frame == null ? FrameOutcome.VIOLATION : handle(frame, nowNanos);
            }
            default -> FrameOutcome.UNKNOWN;
        };
    }

    private FrameOutcome handle(ChannelFrame frame, long nowNanos) {
        return switch (frame) {
            case ChannelFrame.Data data ->
                switch (receiver.handle(data, nowNanos)) {
                    case TAKEN -> FrameOutcome.TAKEN;
                    case DUPLICATE -> FrameOutcome.DUPLICATE;
                    case VIOLATION -> FrameOutcome.VIOLATION;
                };
            case ChannelFrame.Ack ack -> sender.handle(ack, nowNanos) ? FrameOutcome.TAKEN : FrameOutcome.VIOLATION;
            case ChannelFrame.WindowProbe probe -> {
                receiver.handleWindowProbe();
                yield FrameOutcome.TAKEN;
            }
        };
    }

    /** The next frame to seal and send, or null. */
    public @Nullable ChannelFrame pollFrame(long nowNanos) {
        ChannelFrame acknowledgement = receiver.poll(nowNanos);
        return acknowledgement != null ? acknowledgement : sender.poll(nowNanos);
    }

    /** The next message that arrived, or null. Call {@link #consumed} once the application has it. */
    public byte @Nullable [] pollMessage() {
        return receiver.pollMessage();
    }

    /**
     * The application took one more of the polled messages, so that the other side may send more.
     *
     * @throws IllegalStateException if it took all of them before
     */
    public void consumed() {
        receiver.consumed();
    }

    /**
     * The connection uses another path now, or its first one.
     *
     * @param roundTripNanos its round trip time as a check measured it, or negative if that is unknown
     */
    public void pathChanged(long roundTripNanos, long nowNanos) {
        sender.pathChanged(roundTripNanos < 0 ? RoundTripEstimator.INITIAL_NANOS : roundTripNanos, nowNanos);
    }

    /** The smoothed round trip time; before the first acknowledgement, an assumption. */
    public Duration roundTripTime() {
        return Duration.ofNanos(roundTrip.smoothedNanos());
    }

    /** Fragments that were sent more than once. */
    public long retransmitted() {
        return sender.retransmitted();
    }

    /** When to call {@link #handleTimeout} at the latest, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        long ofSender = sender.nextTimeoutNanos();
        long ofReceiver = receiver.nextTimeoutNanos();
        if (ofSender == NEVER || ofReceiver == NEVER) {
            return ofSender == NEVER ? ofReceiver : ofSender;
        }
        return ofSender - ofReceiver < 0 ? ofSender : ofReceiver;
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {
        sender.handleTimeout(nowNanos);
    }
}
