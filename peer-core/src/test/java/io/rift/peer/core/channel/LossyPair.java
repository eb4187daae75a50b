package io.rift.peer.core.channel;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Two channels and the line between them, in virtual time: the line loses, doubles and reorders as its seed says. */
final class LossyPair {

    static final long MILLISECOND = 1_000_000L;

    /** What the line does to a frame; probabilities of 0 to 1. */
    record Line(long delayNanos, long jitterNanos, double loss, double duplication) {}

    private record InTransit(long atNanos, long order, End to, int type, ByteBuffer body) {}

    /** One side: its channel, what it received, and whether its application takes messages at once. */
    static final class End {
        final MessageChannel channel;
        final List<byte[]> received = new ArrayList<>();
        boolean consumes = true;
        int unconsumed;
        int framesSent;

        End(long firstSequence) {
            channel = new MessageChannel(firstSequence);
        }
    }

    final End a;
    final End b;
    long nowNanos = 0x7FFF_FFFF_FFFF_0000L; // runs over the sign during every test
    Predicate<ChannelFrame> dropIf = frame -> false;

    private final Line line;
    private final RandomGenerator random;
    private final PriorityQueue<InTransit> inTransit = new PriorityQueue<>(
            (x, y) -> x.atNanos != y.atNanos ? Long.signum(x.atNanos - y.atNanos) : Long.compare(x.order, y.order));
    private long order;

    LossyPair(Line line, RandomGenerator random, long firstSequence) {
        this.line = line;
        this.random = random;
        a = new End(firstSequence);
        b = new End(firstSequence);
    }

    /** Sends what may be sent, takes what has arrived. */
    void drain() {
        drain(a, b);
        drain(b, a);
    }

    private void drain(End from, End to) {
        for (byte[] m = from.channel.pollMessage(); m != null; m = from.channel.pollMessage()) {
            from.received.add(m);
            from.unconsumed++;
        }
        while (from.consumes && from.unconsumed > 0) {
            from.unconsumed--;
            from.channel.consumed();
        }
        for (ChannelFrame f = from.channel.pollFrame(nowNanos); f != null; f = from.channel.pollFrame(nowNanos)) {
            from.framesSent++;
            transmit(f, to);
        }
    }

    private void transmit(ChannelFrame frame, End to) {
        int copies = random.nextDouble() < line.duplication ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            long jitter = line.jitterNanos == 0 ? 0 : random.nextLong(line.jitterNanos);
            if (random.nextDouble() >= line.loss && !dropIf.test(frame)) {
                inTransit.add(new InTransit(
                        nowNanos + line.delayNanos + jitter,
                        order++,
                        to,
                        frame.innerType(),
                        ByteBuffer.wrap(frame.encode())));
            }
        }
    }

    /** Goes on to the next arrival or timer; false if there is none any more. */
    boolean step() {
        drain();
        long next = earliest(a.channel.nextTimeoutNanos(), b.channel.nextTimeoutNanos());
        InTransit first = inTransit.peek();
        if (first != null) {
            next = earliest(next, first.atNanos);
        }
        if (next == MessageChannel.NEVER) {
            return false;
        }
        if (next - nowNanos > 0) {
            nowNanos = next;
        }
        while (first != null && first.atNanos - nowNanos <= 0) {
            inTransit.remove();
            var outcome = first.to.channel.handleFrame(first.type, first.body, nowNanos);
            if (outcome == MessageChannel.FrameOutcome.VIOLATION || outcome == MessageChannel.FrameOutcome.UNKNOWN) {
                throw new AssertionError("an honest frame was judged " + outcome);
            }
            first = inTransit.peek();
        }
        a.channel.handleTimeout(nowNanos);
        b.channel.handleTimeout(nowNanos);
        drain();
        return true;
    }

    private static long earliest(long x, long y) {
        if (x == MessageChannel.NEVER || y == MessageChannel.NEVER) {
            return x == MessageChannel.NEVER ? y : x;
        }
        return x - y < 0 ? x : y;
    }
}
