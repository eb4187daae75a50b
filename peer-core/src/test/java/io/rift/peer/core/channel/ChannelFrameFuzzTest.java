package io.rift.peer.core.channel;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

class ChannelFrameFuzzTest {

    private static final long STEP_NANOS = 30_000_000L;

    /**
     * Whatever an authenticated but faulty peer sends, the channel judges it and never throws.
     *
     * @param script steps of an inner type (0 means: we send a message), a length and a body
     */
    @FuzzTest
    void framesOfAnyContentAreJudgedAndNeverThrow(byte @Nullable [] script) {
        if (script == null) {
            return;
        }
        MessageChannel channel = new MessageChannel();
        ByteBuffer steps = ByteBuffer.wrap(script);
        boolean violated = false;
        for (long now = 0; steps.remaining() >= 2 && !violated; now += STEP_NANOS) {
            int type = Byte.toUnsignedInt(steps.get());
            byte[] body = new byte[Math.min(Byte.toUnsignedInt(steps.get()), steps.remaining())];
            steps.get(body);
            channel.handleTimeout(now);
            if (type == 0) {
                channel.offer(body, now);
            } else {
                whatDecodesEncodesAgain(type, body);
                violated =
                        channel.handleFrame(type, ByteBuffer.wrap(body), now) == MessageChannel.FrameOutcome.VIOLATION;
            }
            drain(channel, now);
        }
    }

    private static void whatDecodesEncodesAgain(int type, byte[] body) {
        ChannelFrame frame = ChannelFrame.decode(type, ByteBuffer.wrap(body));
        if (frame != null) {
            assertThat(ChannelFrame.decode(type, ByteBuffer.wrap(frame.encode())))
                    .isEqualTo(frame);
        }
    }

    private static void drain(MessageChannel channel, long now) {
        while (channel.pollMessage() != null) {
            channel.consumed();
        }
        for (ChannelFrame frame = channel.pollFrame(now); frame != null; frame = channel.pollFrame(now)) {
            assertThat(frame.encode()).hasSizeLessThanOrEqualTo(ChannelFrame.MAX_FRAGMENT_BYTES + 20 + 4 * 32);
        }
        assertThat(channel.bufferedBytes()).isNotNegative();
    }
}
