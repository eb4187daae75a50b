package io.rift.peer.core.channel;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The receiving half of a {@link MessageChannel}: orders fragments, joins messages, acknowledges. */
final class FragmentReceiver {

    /** Longest wait before a fragment that came in order is acknowledged. */
    static final long MAX_ACK_DELAY_NANOS = 20_000_000L;

    private static final int FRAGMENTS_PER_ACK = 2;
    private static final int WINDOW_FRAGMENTS = FragmentSender.WINDOW_FRAGMENTS;

    /** What became of a fragment. */
    enum Outcome {
        TAKEN,
        DUPLICATE,
        /** Beyond the credit that was granted, or more than a message may be long. */
        VIOLATION
    }

    private final ChannelFrame.@Nullable Data[] window = new ChannelFrame.Data[WINDOW_FRAGMENTS];
    private long next;
    private long highest;
    private long consumed;
    private long advertisedLimit;
    private boolean anyTransmission;
    private long largestTransmission;
    private long largestReceivedAtNanos;

    private final List<ByteBuffer> partial = new ArrayList<>();
    private int partialBytes;
    private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
    private final ArrayDeque<Integer> fragmentsOfUnconsumed = new ArrayDeque<>();

    private int unacknowledged;
    private boolean acknowledgeNow;
    private long acknowledgeAtNanos;

    FragmentReceiver(long firstSequence) {
        next = firstSequence;
        highest = firstSequence;
        consumed = firstSequence;
        advertisedLimit = firstSequence + WINDOW_FRAGMENTS;
    }

    Outcome handle(ChannelFrame.Data data, long nowNanos) {
        long sequence = SerialNumber.expand(data.sequence(), next);
        if (sequence >= consumed + WINDOW_FRAGMENTS) {
            return Outcome.VIOLATION;
        }
        noteTransmission(data.transmission(), nowNanos);
        if (sequence < next || window[slot(sequence)] != null) {
            acknowledgeNow = true; // our acknowledgement seems to be lost
            return Outcome.DUPLICATE;
        }
        window[slot(sequence)] = copy(data);
        boolean inOrder = sequence == next && sequence == highest;
        highest = Math.max(highest, sequence + 1);
        if (unacknowledged++ == 0) {
            acknowledgeAtNanos = nowNanos + MAX_ACK_DELAY_NANOS;
        }
        acknowledgeNow |= !inOrder || unacknowledged >= FRAGMENTS_PER_ACK;
        return join() ? Outcome.TAKEN : Outcome.VIOLATION;
    }

    private void noteTransmission(int low, long nowNanos) {
        long transmission = SerialNumber.expand(low, largestTransmission);
        if (!anyTransmission || transmission > largestTransmission) {
            anyTransmission = true;
            largestTransmission = transmission;
            largestReceivedAtNanos = nowNanos;
        }
    }

    private static ChannelFrame.Data copy(ChannelFrame.Data data) {
        byte[] bytes = new byte[data.fragment().remaining()];
        data.fragment().duplicate().get(bytes);
        return new ChannelFrame.Data(data.sequence(), data.transmission(), data.endOfMessage(), ByteBuffer.wrap(bytes));
    }

    /** Moves what is in order out of the window; false if a message grows too long. */
    private boolean join() {
        ChannelFrame.Data data = window[slot(next)];
        while (data != null) {
            window[slot(next)] = null;
            next++;
            partial.add(data.fragment());
            partialBytes += data.fragment().remaining();
            if (partialBytes > MessageChannel.MAX_MESSAGE_BYTES
                    || partial.size() > MessageChannel.MAX_MESSAGE_FRAGMENTS) {
                return false;
            }
            if (data.endOfMessage()) {
                finishMessage();
            }
            data = window[slot(next)];
        }
        return true;
    }

    private void finishMessage() {
        ByteBuffer message = ByteBuffer.allocate(partialBytes);
        partial.forEach(message::put);
        messages.add(message.array());
        fragmentsOfUnconsumed.add(partial.size());
        partial.clear();
        partialBytes = 0;
    }

    /** The next message, or null. It keeps its credit until it is {@link #consumed}. */
    byte @Nullable [] pollMessage() {
        return messages.poll();
    }

    /** The application took the oldest message that was polled: the sender may go on. */
    void consumed() {
        if (fragmentsOfUnconsumed.size() <= messages.size()) {
            throw new IllegalStateException("every message that was polled is consumed already");
        }
        consumed += fragmentsOfUnconsumed.remove();
        if (consumed + WINDOW_FRAGMENTS - advertisedLimit >= WINDOW_FRAGMENTS / 4) {
            acknowledgeNow = true;
        }
    }

    void handleWindowProbe() {
        acknowledgeNow = true;
    }

    /** When the next acknowledgement is due, or {@link MessageChannel#NEVER}. */
    long nextTimeoutNanos() {
        return unacknowledged > 0 && !acknowledgeNow ? acknowledgeAtNanos : MessageChannel.NEVER;
    }

    /** The acknowledgement, if one is due. */
    ChannelFrame.@Nullable Ack poll(long nowNanos) {
        boolean due = unacknowledged > 0 && nowNanos - acknowledgeAtNanos >= 0;
        if (!acknowledgeNow && !due) {
            return null;
        }
        acknowledgeNow = false;
        unacknowledged = 0;
        advertisedLimit = consumed + WINDOW_FRAGMENTS;
        long delayMicros = anyTransmission ? (nowNanos - largestReceivedAtNanos) / 1_000 : 0;
        return new ChannelFrame.Ack(
                (int) next,
                (int) advertisedLimit,
                (int) largestTransmission,
                (int) Math.min(delayMicros, Integer.MAX_VALUE),
                ranges());
    }

    private List<ChannelFrame.Ack.Range> ranges() {
        List<ChannelFrame.Ack.Range> ranges = new ArrayList<>();
        long sequence = next + 1;
        while (sequence < highest && ranges.size() < ChannelFrame.MAX_RANGES) {
            if (window[slot(sequence)] == null) {
                sequence++;
                continue;
            }
            long from = sequence;
            while (sequence < highest && window[slot(sequence)] != null) {
                sequence++;
            }
            ranges.add(new ChannelFrame.Ack.Range((int) (from - next), (int) (sequence - from)));
        }
        return ranges;
    }

    private static int slot(long sequence) {
        return (int) (sequence & (WINDOW_FRAGMENTS - 1));
    }
}
