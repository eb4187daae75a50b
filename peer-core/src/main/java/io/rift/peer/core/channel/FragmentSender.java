package io.rift.peer.core.channel;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The sending half of a {@link MessageChannel}: cuts messages into fragments and repeats those that are lost. */
final class FragmentSender {

    /** Most fragments between the oldest unacknowledged and the newest one. */
    static final int WINDOW_FRAGMENTS = 1_024;

    /** What an empty message counts, so that the buffer bounds objects too. */
    static final int MESSAGE_OVERHEAD_BYTES = 64;

    /** RFC 9002 section 6.1.1. */
    static final int PACKET_THRESHOLD = 3;

    /** Longest pause between probes. Back-off beyond it helps nobody: consent ends a dead path after 30 seconds. */
    static final long MAX_PROBE_INTERVAL_NANOS = 2_000_000_000L;

    private static final int PROBES_PER_TIMEOUT = 2;
    private static final int PROBE_TIMEOUTS_BEFORE_RESTART = 2;

    /** One fragment that is not yet known to have arrived. */
    private static final class Fragment {
        final long sequence;
        final ByteBuffer bytes;
        final boolean endOfMessage;
        long transmission;
        long sentAtNanos;
        boolean acknowledged;
        boolean lost;

        Fragment(long sequence, ByteBuffer bytes, boolean endOfMessage) {
            this.sequence = sequence;
            this.bytes = bytes;
            this.endOfMessage = endOfMessage;
        }
    }

    /** One sending of a fragment; stale once the fragment is acknowledged, lost or sent again. */
    private record Transmission(Fragment fragment, long number) {
        boolean isStale() {
            return fragment.acknowledged || fragment.lost || fragment.transmission != number;
        }
    }

    private final RoundTripEstimator roundTrip;
    private final CongestionWindow congestionWindow = new CongestionWindow();

    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
    private int sentOfHeadBytes;
    private int bufferedBytes;

    private final @Nullable Fragment[] window = new Fragment[WINDOW_FRAGMENTS];
    private final ArrayDeque<Transmission> outstanding = new ArrayDeque<>();
    private final ArrayDeque<Fragment> lost = new ArrayDeque<>();
    private int inFlight;
    private long firstUnacknowledged;
    private long nextSequence;
    private long limit;
    private long nextTransmission;
    private long largestAcknowledged = -1;
    private long retransmitted;

    private long lastSentNanos;
    private long lossAtNanos;
    private boolean lossTimerSet;
    private int probeTimeouts;
    private int probeCredit;
    private int windowProbes;
    private boolean windowProbeDue;

    FragmentSender(long firstSequence, RoundTripEstimator roundTrip) {
        this.roundTrip = roundTrip;
        firstUnacknowledged = firstSequence;
        nextSequence = firstSequence;
        limit = firstSequence + WINDOW_FRAGMENTS;
    }

    /** Takes a message into the buffer, or returns false because it is full. */
    boolean offer(byte[] message, long nowNanos) {
        int cost = message.length + MESSAGE_OVERHEAD_BYTES;
        if (bufferedBytes > 0 && bufferedBytes + cost > MessageChannel.SEND_BUFFER_BYTES) {
            return false;
        }
        if (isIdle()) {
            lastSentNanos = nowNanos; // the probe timers count from here
        }
        bufferedBytes += cost;
        waiting.add(message);
        return true;
    }

    int bufferedBytes() {
        return bufferedBytes;
    }

    /** Whether everything that was offered has arrived. */
    boolean isIdle() {
        return waiting.isEmpty() && firstUnacknowledged == nextSequence;
    }

    long retransmitted() {
        return retransmitted;
    }

    /** The next frame that may be sent now, or null. */
    @Nullable ChannelFrame poll(long nowNanos) {
        if (windowProbeDue) {
            windowProbeDue = false;
            lastSentNanos = nowNanos;
            return new ChannelFrame.WindowProbe();
        }
        if (probeCredit == 0 && inFlight >= congestionWindow.fragments()) {
            return null;
        }
        Fragment fragment = pollLost();
        if (fragment != null) {
            retransmitted++;
        } else if (!waiting.isEmpty() && !outOfCredit()) {
            fragment = cut();
        } else {
            return null;
        }
        return transmit(fragment, nowNanos);
    }

    private boolean outOfCredit() {
        return nextSequence >= limit || nextSequence - firstUnacknowledged >= WINDOW_FRAGMENTS;
    }

    private @Nullable Fragment pollLost() {
        Fragment fragment = lost.poll();
        while (fragment != null && fragment.acknowledged) {
            fragment = lost.poll();
        }
        return fragment;
    }

    private Fragment cut() {
        byte[] message = waiting.element();
        int length = Math.min(message.length - sentOfHeadBytes, ChannelFrame.MAX_FRAGMENT_BYTES);
        ByteBuffer bytes = ByteBuffer.wrap(message, sentOfHeadBytes, length);
        sentOfHeadBytes += length;
        boolean endOfMessage = sentOfHeadBytes == message.length;
        if (endOfMessage) {
            waiting.remove();
            sentOfHeadBytes = 0;
        }
        Fragment fragment = new Fragment(nextSequence++, bytes, endOfMessage);
        window[slot(fragment.sequence)] = fragment;
        return fragment;
    }

    private ChannelFrame transmit(Fragment fragment, long nowNanos) {
        fragment.lost = false;
        fragment.transmission = nextTransmission++;
        fragment.sentAtNanos = nowNanos;
        outstanding.add(new Transmission(fragment, fragment.transmission));
        inFlight++;
        lastSentNanos = nowNanos;
        if (probeCredit > 0) {
            probeCredit--;
        }
        return new ChannelFrame.Data(
                (int) fragment.sequence, (int) fragment.transmission, fragment.endOfMessage, fragment.bytes);
    }

    /** Takes an acknowledgement; false if it tells of things that were never sent. */
    boolean handle(ChannelFrame.Ack ack, long nowNanos) {
        long next = SerialNumber.expand(ack.next(), firstUnacknowledged);
        long transmission = SerialNumber.expand(ack.transmission(), Math.max(largestAcknowledged, 0));
        long highest = next;
        for (ChannelFrame.Ack.Range range : ack.ranges()) {
            highest = Math.max(highest, next + range.offset() + range.count());
        }
        if (highest > nextSequence || transmission >= nextTransmission) {
            return nextTransmission == 0 && highest <= nextSequence; // the answer to a probe before any fragment
        }
        boolean windowWasUsed = inFlight >= congestionWindow.fragments() / 2;
        boolean progress = false;
        for (long sequence = firstUnacknowledged; sequence < next; sequence++) {
            progress |= acknowledge(sequence, transmission, ack.delayMicros(), windowWasUsed, nowNanos);
        }
        for (ChannelFrame.Ack.Range range : ack.ranges()) {
            long from = Math.max(next + range.offset(), firstUnacknowledged);
            for (long sequence = from; sequence < next + range.offset() + range.count(); sequence++) {
                progress |= acknowledge(sequence, transmission, ack.delayMicros(), windowWasUsed, nowNanos);
            }
        }
        release(next);
        long newLimit = SerialNumber.expand(ack.limit(), limit);
        if (newLimit > limit) {
            limit = newLimit;
            windowProbes = 0;
        }
        if (progress) {
            probeTimeouts = 0;
        }
        largestAcknowledged = Math.max(largestAcknowledged, transmission);
        detectLoss(nowNanos);
        return true;
    }

    private boolean acknowledge(
            long sequence, long transmission, int delayMicros, boolean windowWasUsed, long nowNanos) {
        Fragment fragment = window[slot(sequence)];
        if (fragment == null || fragment.sequence != sequence || fragment.acknowledged) {
            return false;
        }
        fragment.acknowledged = true;
        if (!fragment.lost) {
            inFlight--;
        }
        if (fragment.transmission == transmission && transmission > largestAcknowledged) {
            roundTrip.sample(nowNanos - fragment.sentAtNanos, delayMicros * 1_000L);
        }
        congestionWindow.acknowledged(fragment.sentAtNanos, windowWasUsed);
        return true;
    }

    private void release(long next) {
        while (firstUnacknowledged < next) {
            Fragment fragment = window[slot(firstUnacknowledged)];
            if (fragment != null) {
                bufferedBytes -= fragment.bytes.remaining() + (fragment.endOfMessage ? MESSAGE_OVERHEAD_BYTES : 0);
            }
            window[slot(firstUnacknowledged)] = null;
            firstUnacknowledged++;
        }
    }

    /** RFC 9002 section 6.1: lost is what was sent so much before something that arrived. */
    private void detectLoss(long nowNanos) {
        lossTimerSet = false;
        long delay = roundTrip.lossDelayNanos();
        for (Transmission head = head(); head != null && head.number < largestAcknowledged; head = head()) {
            Fragment fragment = head.fragment;
            boolean overtaken = head.number <= largestAcknowledged - PACKET_THRESHOLD;
            if (!overtaken && nowNanos - fragment.sentAtNanos < delay) {
                lossTimerSet = true;
                lossAtNanos = fragment.sentAtNanos + delay;
                return;
            }
            congestionWindow.lost(fragment.sentAtNanos, nowNanos);
            markLost(fragment);
        }
    }

    private @Nullable Transmission head() {
        Transmission head = outstanding.peek();
        while (head != null && head.isStale()) {
            outstanding.remove();
            head = outstanding.peek();
        }
        return head;
    }

    private void markLost(Fragment fragment) {
        fragment.lost = true;
        inFlight--;
        lost.add(fragment);
    }

    /** The next time {@link #handleTimeout} has something to do, or {@link MessageChannel#NEVER}. */
    long nextTimeoutNanos() {
        if (lossTimerSet) {
            return lossAtNanos;
        }
        if (inFlight > 0) {
            return lastSentNanos + probeInterval(probeTimeouts);
        }
        return waitsForCredit() ? lastSentNanos + probeInterval(windowProbes) : MessageChannel.NEVER;
    }

    private boolean waitsForCredit() {
        return !waiting.isEmpty() && outOfCredit() && lost.isEmpty() && !windowProbeDue;
    }

    private long probeInterval(int doublings) {
        return Math.min(roundTrip.probeTimeoutNanos() << Math.min(doublings, 16), MAX_PROBE_INTERVAL_NANOS);
    }

    void handleTimeout(long nowNanos) {
        long due = nextTimeoutNanos();
        if (due == MessageChannel.NEVER || nowNanos - due < 0) {
            return;
        }
        if (lossTimerSet) {
            detectLoss(nowNanos);
        } else if (inFlight > 0) {
            probe();
        } else {
            windowProbes++;
            windowProbeDue = true;
        }
    }

    /** RFC 9002 section 6.2.4: sends again, past the congestion window, so that an acknowledgement shows what is lost. */
    private void probe() {
        probeTimeouts++;
        probeCredit = PROBES_PER_TIMEOUT;
        if (probeTimeouts == PROBE_TIMEOUTS_BEFORE_RESTART) {
            congestionWindow.restart();
        }
        for (int i = 0; i < PROBES_PER_TIMEOUT; i++) {
            Transmission head = head();
            if (head != null) {
                markLost(head.fragment);
            }
        }
    }

    /** The path is another one: what was measured is void, and waiting out a back-off helps nobody. */
    void pathChanged(long roundTripNanos, long nowNanos) {
        roundTrip.assume(roundTripNanos);
        congestionWindow.restart();
        if (inFlight > 0) {
            probe();
        }
        probeTimeouts = 0;
        windowProbes = 0;
        lastSentNanos = nowNanos;
    }

    private static int slot(long sequence) {
        return (int) (sequence & (WINDOW_FRAGMENTS - 1));
    }
}
