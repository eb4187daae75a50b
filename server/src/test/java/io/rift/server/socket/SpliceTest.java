package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A splice of two connections in virtual time. */
class SpliceTest {
    private static final int READ_BYTES = 65_536;
    private static final int HIGH_WATER_MARK_BYTES = 65_536;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Side client = new Side();
    private final Side peer = new Side();
    private final Bill bill = new Bill();
    private final Queue<ByteBuf> early = new ArrayDeque<>();

    @Test
    void aConnectionOfAUserInDebtBeginsWhenTheDebtIsPaid() {
        bill.pauseNanos = PAUSE_NANOS;
        early.add(bytes());
        begin(false);
        client.readAllThatMayBe();
        assertThat(client.config().isAutoRead()).as("reads from the client").isFalse();
        assertThat(client.arrivedBytes()).isZero();
        assertThat(bill.bytes).isZero();

        bill.pauseNanos = 0;
        advanceSeconds(5);
        assertThat(client.arrivedBytes()).isEqualTo(READ_BYTES);
        assertThat(bill.bytes).isEqualTo(READ_BYTES);
        assertThat(client.config().isAutoRead()).isTrue();
    }

    @Test
    void whatComesAllAtOnceWithTheEndIsStillPassedOnAtItsPace() {
        begin(false);
        bill.pauseNanos = PAUSE_NANOS;
        for (int i = 0; i < 4; i++) { // the end makes Netty read what it was told not to
            peer.writeInbound(bytes());
        }
        peer.end();
        for (int passed = 1; passed <= 4; passed++) {
            assertThat(client.arrivedBytes()).isEqualTo(passed * READ_BYTES);
            assertThat(client.outputEnded)
                    .as("told of the end after %s", passed)
                    .isEqualTo(passed == 4);
            advanceSeconds(5);
        }
        assertThat(bill.bytes).isEqualTo(4 * READ_BYTES);
    }

    @Test
    void whatAPeerSentBeforeItWentAwayStillArrives() {
        begin(false);
        bill.pauseNanos = PAUSE_NANOS;
        peer.writeInbound(bytes());
        peer.writeInbound(bytes());
        peer.end();
        var _ = peer.pipeline().close(); // the channel's own would cancel what is scheduled
        client.writeInbound(bytes());
        advanceSeconds(5);
        advanceSeconds(5);
        assertThat(client.arrivedBytes()).isEqualTo(2 * READ_BYTES);
        assertThat(client.isOpen()).isFalse();
        assertThat(client.wasReset()).isFalse();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void forASlowReaderNoMoreIsHeldThanTheWaterMarkAndOneRead() {
        client.takesNothing = true;
        begin(false);
        assertThat(peer.readAllThatMayBe()).isEqualTo(1);
        assertThat(client.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isLessThan(HIGH_WATER_MARK_BYTES + READ_BYTES);
        peer.writeInbound(bytes()); // as at its end
        assertThat(client.unsafe().outboundBuffer().totalPendingWriteBytes())
                .isLessThan(HIGH_WATER_MARK_BYTES + READ_BYTES);

        client.takesNothing = false;
        client.flush();
        assertThat(client.arrivedBytes()).isEqualTo(2 * READ_BYTES);
        assertThat(peer.config().isAutoRead()).isTrue();
    }

    @Test
    void aSlowReaderHasTimeForTheLastBytesWhileItTakesThem() {
        client.takesNothing = true;
        begin(false);
        for (int i = 0; i < 6; i++) {
            peer.writeInbound(Unpooled.wrappedBuffer(new byte[1_000]));
        }
        client.end();
        peer.end();
        for (int i = 0; i < 4; i++) {
            client.takeBytes(1_000);
            advanceSeconds(Splice.LAST_BYTES_SECONDS);
            assertThat(client.isOpen()).as("after %s periods", i + 1).isTrue();
        }
        client.takesNothing = false;
        client.flush();
        assertThat(client.isOpen()).isFalse();
        assertThat(client.arrivedBytes()).isEqualTo(6_000);
        assertThat(client.wasReset()).isFalse();
    }

    @Test
    void aReaderThatTakesNothingMoreIsReset() {
        client.takesNothing = true;
        begin(false);
        peer.writeInbound(bytes());
        client.end();
        peer.end();
        advanceSeconds(Splice.LAST_BYTES_SECONDS);
        assertThat(client.wasReset()).isTrue();
        assertThat(peer.wasReset()).as("whose data has arrived").isFalse();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void aReaderThatTakesALittleNowAndThenDoesNotStayForever() {
        client.takesNothing = true;
        begin(false);
        for (int i = 0; i < 2 * Splice.MAX_LAST_BYTES_PERIODS; i++) {
            peer.writeInbound(Unpooled.wrappedBuffer(new byte[10]));
        }
        client.end();
        peer.end();
        for (int i = 0; i < Splice.MAX_LAST_BYTES_PERIODS; i++) {
            assertThat(client.isOpen()).isTrue();
            client.takeBytes(10);
            advanceSeconds(Splice.LAST_BYTES_SECONDS);
        }
        assertThat(client.wasReset()).isTrue();
    }

    @Test
    void whoIsSilentInTheHalfThatIsLeftIsNotTakenForDone() {
        begin(false);
        client.end();
        advanceSeconds(Splice.HALF_CLOSED_SECONDS);
        assertThat(client.wasReset())
                .as("nobody has told the client that nothing more comes")
                .isTrue();
        assertThat(peer.wasReset()).as("the peer has been told all").isFalse();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void aConnectionThatBreaksIsNoEndForTheOtherSide() {
        begin(false);
        peer.writeInbound(bytes());
        peer.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
        assertThat(client.wasReset()).isTrue();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void theClientsBytesArePassedOnBeforeAnEndOfItsPeerEndsTheTls() {
        begin(true);
        bill.pauseNanos = PAUSE_NANOS;
        client.writeInbound(bytes());
        client.writeInbound(bytes());
        peer.end();
        assertThat(peer.arrivedBytes()).isEqualTo(READ_BYTES);
        assertThat(client.isOpen()).isTrue();
        advanceSeconds(5);
        assertThat(peer.arrivedBytes()).isEqualTo(2 * READ_BYTES);
        assertThat(client.outputEnded).isTrue();
        assertThat(peer.isOpen()).isFalse();
    }

    /** Else it would be reset, and lose what the kernel still has for it. */
    @Test
    void whatAClientOverTlsGoesOnSendingIsReadUntilItEnds() {
        begin(true);
        bill.pauseNanos = PAUSE_NANOS;
        client.writeInbound(bytes());
        peer.writeInbound(bytes());
        peer.end();
        assertThat(client.arrivedBytes()).isEqualTo(READ_BYTES);
        assertThat(client.outputEnded).isTrue();
        assertThat(client.isOpen()).isTrue();
        advanceSeconds(5);
        assertThat(client.config().isAutoRead()).isTrue();
        long before = bill.bytes;
        client.writeInbound(bytes());
        assertThat(bill.bytes).as("also for nobody it costs").isEqualTo(before + READ_BYTES);
        assertThat(client.config().isAutoRead()).isFalse();

        var _ = client.pipeline().close();
        assertThat(client.wasReset()).isFalse();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void aClientOverTlsThatDoesNotEndIsClosedInTheEnd() {
        begin(true);
        peer.writeInbound(bytes());
        peer.end();
        advanceSeconds(Splice.LAST_BYTES_SECONDS - 1);
        assertThat(client.isOpen()).isTrue();
        advanceSeconds(1);
        assertThat(client.isOpen()).isFalse();
        assertThat(client.wasReset()).isFalse();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void aClientWhoseConnectionBreaksWithItsLastAnswerLeavesNothingBehind() {
        ByteBuf sentBefore = bytes();
        early.add(sentBefore);
        client.breaks = true;
        var _ = client.writeAndFlush(bytes());
        assertThat(client.isOpen()).isFalse();
        begin(true, true);
        advanceSeconds(0);
        assertThat(sentBefore.refCnt()).isZero();
        assertThat(peer.isOpen()).isFalse();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void aReaderOfTheLastBytesHasItsTimeAlsoWhenItEndsInBetween() {
        client.takesNothing = true;
        begin(true);
        for (int i = 0; i < 6; i++) {
            peer.writeInbound(Unpooled.wrappedBuffer(new byte[1_000]));
        }
        peer.end();
        client.end();
        for (int i = 0; i < 3; i++) {
            client.takeBytes(1_000);
            advanceSeconds(Splice.LAST_BYTES_SECONDS);
            assertThat(client.isOpen()).as("after %s periods", i + 1).isTrue();
        }
    }

    @Test
    void whoSendsToNobodyDoesNotKeepADeadConnection() {
        peer.takesNothing = true;
        begin(false);
        client.readAllThatMayBe();
        client.writeInbound(bytes()); // as at its end, and it stays here
        client.end();
        var _ = client.pipeline().close();
        client.runPendingTasks();
        bill.pauseNanos = TimeUnit.HOURS.toNanos(1);
        peer.writeInbound(bytes());
        advanceSeconds(Splice.HALF_CLOSED_SECONDS);
        advanceSeconds(Splice.HALF_CLOSED_SECONDS);
        assertThat(peer.wasReset()).isTrue();
        assertThat(bill.ended).isTrue();
    }

    @Test
    void whoTakesWhatTheKernelHasMayTakeMinutes() {
        client.takesNothing = true;
        begin(false);
        peer.writeInbound(bytes());
        client.end();
        peer.end();
        advanceSeconds(280);
        client.takesNothing = false;
        client.flush();
        assertThat(client.arrivedBytes()).isEqualTo(READ_BYTES);
        assertThat(client.isOpen()).isFalse();
        assertThat(client.wasReset()).isFalse();
    }

    @Test
    void aReaderIsAsSlowWhenOnlyItHasSaidThatItSendsNoMore() {
        client.takesNothing = true;
        begin(false);
        peer.writeInbound(bytes());
        client.end();
        advanceSeconds(280);
        assertThat(client.isOpen()).isTrue();
    }

    private void begin(boolean tls) {
        begin(tls, false);
    }

    private void begin(boolean tls, boolean inputEnded) {
        Splice splice = new Splice(bill, client, tls, peer);
        client.pipeline().addLast(splice.clientEnd());
        peer.pipeline().addLast(splice.peerEnd());
        splice.begin(early, inputEnded);
    }

    private void advanceSeconds(long seconds) {
        for (Side side : new Side[] {client, peer}) {
            side.advanceTimeBy(seconds, TimeUnit.SECONDS);
            side.runScheduledPendingTasks();
            side.runPendingTasks();
        }
        client.runPendingTasks();
    }

    private static ByteBuf bytes() {
        return Unpooled.wrappedBuffer(new byte[READ_BYTES]);
    }

    private static final class Bill implements Splice.Account {
        private long pauseNanos;
        private long bytes;
        private boolean ended;

        @Override
        public long relayed(boolean toPeer, int more) {
            bytes += more;
            return pauseNanos;
        }

        @Override
        public void ended() {
            ended = true;
        }
    }

    /** One side's socket. */
    private static final class Side extends EmbeddedChannel implements DuplexChannel {
        private boolean takesNothing;
        private boolean breaks;
        private boolean outputEnded;
        private int taken;
        private int linger = -1;
        private @Nullable ChannelConfig config;

        Side() {
            config().setWriteBufferWaterMark(ClientConnection.UNREAD_BYTES);
            freezeTime();
        }

        /** How many reads it took until no more was read. */
        int readAllThatMayBe() {
            int reads = 0;
            for (; reads < 1_000 && config().isAutoRead(); reads++) {
                writeInbound(bytes());
            }
            return reads;
        }

        void end() {
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }

        void takeBytes(int count) {
            taken += count;
            unsafe().outboundBuffer().removeBytes(count);
        }

        int arrivedBytes() {
            int arrived = taken;
            for (Object message : outboundMessages()) {
                arrived += ((ByteBuf) message).readableBytes();
            }
            return arrived;
        }

        boolean wasReset() {
            return !isOpen() && linger == 0;
        }

        /** Asked for before this is constructed. */
        @Override
        public ChannelConfig config() {
            if (config == null) {
                config = new DefaultChannelConfig(this) {
                    @Override
                    public <T> boolean setOption(ChannelOption<T> option, T value) {
                        if (!isOpen() && !option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
                            throw new ChannelException("Bad file descriptor");
                        }
                        if (option.equals(ChannelOption.SO_LINGER)) {
                            linger = (Integer) value;
                        }
                        return super.setOption(option, value);
                    }
                };
            }
            return config;
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (breaks) {
                throw new IOException("Connection reset by peer");
            }
            if (!takesNothing) {
                super.doWrite(in);
            }
        }

        @Override
        public boolean isInputShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdownInput() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOutputShutdown() {
            return outputEnded;
        }

        @Override
        public ChannelFuture shutdownOutput() {
            return shutdownOutput(newPromise());
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            outputEnded = true;
            return promise.setSuccess();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public ChannelFuture shutdown() {
            throw new UnsupportedOperationException();
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            throw new UnsupportedOperationException();
        }
    }
}
