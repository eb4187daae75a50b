package io.rift.peer.core.channel;

import static io.rift.peer.core.channel.LossyPair.MILLISECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.rift.peer.core.channel.MessageChannel.FrameOutcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MessageChannelTest {

    private static final byte[] HELLO = {1, 2, 3};

    private final LossyPair pair =
            new LossyPair(new LossyPair.Line(25 * MILLISECOND, 0, 0, 0), new SplittableRandom(1), 0);

    @Test
    void aQuietChannelSetsNoTimer() {
        assertThat(pair.a.channel.nextTimeoutNanos()).isEqualTo(MessageChannel.NEVER);
        pair.a.channel.offer(HELLO, pair.nowNanos);
        runUntilQuiet();
        assertThat(pair.b.received).containsExactly(HELLO);
        assertThat(pair.a.channel.isIdle()).isTrue();
        assertThat(pair.a.channel.bufferedBytes()).isZero();
        assertThat(pair.a.channel.nextTimeoutNanos()).isEqualTo(MessageChannel.NEVER);
        assertThat(pair.b.channel.nextTimeoutNanos()).isEqualTo(MessageChannel.NEVER);
    }

    @Test
    void theRoundTripTimeIsMeasuredWithoutTheDelayOfTheAcknowledgement() {
        for (int i = 0; i < 30; i++) {
            pair.a.channel.offer(HELLO, pair.nowNanos);
            runUntilQuiet();
        }
        assertThat(pair.a.channel.roundTripTime().toMillis()).isBetween(50L, 55L);
    }

    @Test
    void aLostLastFragmentIsRepeatedAfterTheProbeTimeout() {
        pair.a.channel.offer(HELLO, pair.nowNanos);
        runUntilQuiet(); // measures the round trip
        pair.dropIf = frame -> {
            pair.dropIf = later -> false;
            return true;
        };
        long start = pair.nowNanos;
        pair.a.channel.offer(HELLO, pair.nowNanos);
        while (pair.b.received.size() < 2) {
            assertThat(pair.step()).isTrue();
        }
        assertThat(pair.nowNanos - start).isLessThan(350 * MILLISECOND);
        assertThat(pair.a.channel.retransmitted()).isEqualTo(1);
    }

    @Test
    void aReceiverThatDoesNotConsumeStopsTheSenderAtTheWindow() {
        pair.b.consumes = false;
        fillUntilBlocked();
        assertThat(pair.b.received).hasSize(FragmentSender.WINDOW_FRAGMENTS);
        pair.b.consumes = true;
        runUntilQuiet();
        assertThat(pair.b.received.size()).isGreaterThan(FragmentSender.WINDOW_FRAGMENTS);
        assertThat(pair.a.channel.isIdle()).isTrue();
    }

    @Test
    void aLostGrantOfCreditIsFoundByProbing() {
        pair.b.consumes = false;
        fillUntilBlocked();
        pair.b.consumes = true;
        pair.dropIf = frame -> frame instanceof ChannelFrame.Ack;
        pair.drain();
        pair.dropIf = frame -> false;
        runUntilQuiet();
        assertThat(pair.b.received.size()).isGreaterThan(FragmentSender.WINDOW_FRAGMENTS);
        assertThat(pair.a.channel.isIdle()).isTrue();
    }

    private void fillUntilBlocked() {
        while (pair.a.channel.offer(HELLO, pair.nowNanos)) {
            assertThat(pair.a.channel.bufferedBytes()).isLessThanOrEqualTo(MessageChannel.SEND_BUFFER_BYTES);
        }
        for (int i = 0; i < 20_000 && pair.step(); i++) {
            if (pair.b.received.size() == FragmentSender.WINDOW_FRAGMENTS && pair.a.framesSent > 1_040) {
                return; // 16 window probes were answered, and nothing was granted
            }
        }
    }

    @Test
    void theSendBufferIsBoundedInBytesAndInMessages() {
        int messages = 0;
        while (pair.a.channel.offer(new byte[0], pair.nowNanos)) {
            messages++;
        }
        assertThat(messages).isEqualTo(MessageChannel.SEND_BUFFER_BYTES / FragmentSender.MESSAGE_OVERHEAD_BYTES);
    }

    @Test
    void aMessageThatIsTooLongIsTheCallersFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pair.a.channel.offer(new byte[65_537], pair.nowNanos))
                .withMessage("a message has at most 65536 bytes, not 65537");
    }

    @Test
    void consumingWhatWasNotPolledIsTheCallersFault() {
        feed(new ChannelFrame.Data(0, 0, true, ByteBuffer.wrap(HELLO)));
        assertThatIllegalStateException().isThrownBy(pair.b.channel::consumed);
    }

    @Test
    void aPeerThatSendsAMessageWithoutEndIsInViolation() {
        ByteBuffer full = ByteBuffer.allocate(ChannelFrame.MAX_FRAGMENT_BYTES);
        int fitting = MessageChannel.MAX_MESSAGE_BYTES / ChannelFrame.MAX_FRAGMENT_BYTES;
        for (int i = 0; i < fitting; i++) {
            assertThat(feed(new ChannelFrame.Data(i, i, false, full))).isEqualTo(FrameOutcome.TAKEN);
        }
        assertThat(feed(new ChannelFrame.Data(fitting, fitting, false, full))).isEqualTo(FrameOutcome.VIOLATION);
    }

    @Test
    void aMessageOfEmptyFragmentsWithoutEndIsAViolation() {
        int sequence = 0;
        FrameOutcome outcome = FrameOutcome.TAKEN;
        while (outcome == FrameOutcome.TAKEN) {
            outcome = feed(new ChannelFrame.Data(sequence, sequence, false, ByteBuffer.allocate(0)));
            sequence++;
        }
        assertThat(outcome).isEqualTo(FrameOutcome.VIOLATION);
        assertThat(sequence).isEqualTo(MessageChannel.MAX_MESSAGE_FRAGMENTS + 1);
    }

    @Test
    void aFragmentBeyondTheCreditIsAViolation() {
        int limit = FragmentSender.WINDOW_FRAGMENTS;
        assertThat(feed(new ChannelFrame.Data(limit - 1, 0, true, ByteBuffer.wrap(HELLO))))
                .isEqualTo(FrameOutcome.TAKEN);
        assertThat(feed(new ChannelFrame.Data(limit, 1, true, ByteBuffer.wrap(HELLO))))
                .isEqualTo(FrameOutcome.VIOLATION);
    }

    @Test
    void anAcknowledgementOfWhatWasNeverSentIsAViolation() {
        pair.b.channel.offer(HELLO, pair.nowNanos);
        pair.drain();
        assertThat(feed(new ChannelFrame.Ack(2, 1_024, 0, 0, List.of()))).isEqualTo(FrameOutcome.VIOLATION);
        assertThat(feed(new ChannelFrame.Ack(1, 1_024, 1, 0, List.of()))).isEqualTo(FrameOutcome.VIOLATION);
        assertThat(feed(new ChannelFrame.Ack(0, 1_024, 0, 0, List.of(new ChannelFrame.Ack.Range(1, 1)))))
                .isEqualTo(FrameOutcome.VIOLATION);
        assertThat(feed(new ChannelFrame.Ack(1, 1_024, 0, 0, List.of()))).isEqualTo(FrameOutcome.TAKEN);
        assertThat(pair.b.channel.isIdle()).isTrue();
    }

    @Test
    void aFrameOfAnUnknownTypeIsLeftToLaterVersions() {
        assertThat(pair.b.channel.handleFrame(0x7F, ByteBuffer.allocate(3), pair.nowNanos))
                .isEqualTo(FrameOutcome.UNKNOWN);
    }

    @Test
    void aFragmentThatComesTwiceIsDeliveredOnceAndAcknowledgedAgain() {
        var data = new ChannelFrame.Data(0, 0, true, ByteBuffer.wrap(HELLO));
        assertThat(feed(data)).isEqualTo(FrameOutcome.TAKEN);
        assertThat(feed(data)).isEqualTo(FrameOutcome.DUPLICATE);
        assertThat(pair.b.channel.pollFrame(pair.nowNanos)).isInstanceOf(ChannelFrame.Ack.class);
        pair.drain();
        assertThat(pair.b.received).containsExactly(HELLO);
    }

    private FrameOutcome feed(ChannelFrame frame) {
        return pair.b.channel.handleFrame(frame.innerType(), ByteBuffer.wrap(frame.encode()), pair.nowNanos);
    }

    private void runUntilQuiet() {
        for (int steps = 0; pair.step(); steps++) {
            assertThat(steps).as("steps").isLessThan(100_000);
        }
    }
}
