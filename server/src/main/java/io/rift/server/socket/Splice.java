package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client data connection and a peer data connection as one, RFC 6062 section 5.4: what is read from one is written to
 * the other, the same buffer, and nothing more is read while the other does not keep up, or while what was passed on is
 * not paid for. Belongs to the shard's event loop.
 *
 * <p>When one side has said that it sends no more, so is the other side told, and the other direction goes on; without
 * TLS that is, which knows no such state here. It ends when both have said it. Whatever else ends it is an abort, and
 * whoever has not got all that the other side has sent is told so by a reset instead of an orderly end.
 */
final class Splice {

    /** Who answers for the bytes, and hears of the end. */
    interface Account {
        /**
         * Bytes are passed on; with 0 the question is what there is to wait for.
         *
         * @return for how many nanoseconds nothing more is to be passed on in this direction
         */
        long relayed(boolean toPeer, int bytes);

        /** Both connections are closed. */
        void ended();
    }

    /**
     * For how long one direction may be silent when the other is closed. What a reader takes shows here only when the
     * kernel has room for a third of its buffer again, that is some 140 kB later.
     */
    static final long HALF_CLOSED_SECONDS = 300;

    /**
     * For how long a side may take nothing of what is left for it when everything was sent. What the kernel has of it is
     * lost with a reset; so this is for who reads less than half a kilobyte a second, or pauses for minutes.
     */
    static final long LAST_BYTES_SECONDS = 300;

    /** So often it may take something. */
    static final int MAX_LAST_BYTES_PERIODS = 6;

    private final Account account;
    private final End client;
    private final End peer;
    private int open = 2;
    private boolean moved;
    private boolean ending;
    private int periods;
    private long unread;
    private @Nullable Future<?> timer;

    /**
     * Of two connections, which it takes over with {@link #begin}.
     *
     * @param tls whether the client's is one
     */
    Splice(Account account, Channel client, boolean tls, Channel peer) {
        this.account = account;
        this.client = new End(client, true, !tls);
        this.peer = new End(peer, false, true);
    }

    /** What stands in the client's pipeline from now on. */
    ChannelHandler clientEnd() {
        return client;
    }

    /** What stands in the peer's pipeline from now on. */
    ChannelHandler peerEnd() {
        return peer;
    }

    /**
     * Begins, when both ends stand in their pipelines.
     *
     * @param early what the peer has sent before
     * @param inputEnded whether that was all
     */
    void begin(Queue<ByteBuf> early, boolean inputEnded) {
        peer.held.addAll(early);
        early.clear();
        client.channel.closeFuture().addListener(closed -> closed(client));
        peer.channel.closeFuture().addListener(closed -> closed(peer));
        client.channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, client.closesByHalves);
        if (client.channel.isOpen()) { // its last answer may have shown that it is gone
            // When a side says that it sends no more, Netty reads what the kernel has of it at once: that has to be
            // bounded.
            client.channel.config().setOption(ChannelOption.SO_RCVBUF, TcpRelays.RECEIVE_BUFFER_BYTES);
        }
        // Else every new connection would begin with some bytes for nothing, whatever the user owes.
        client.pause(account.relayed(true, 0));
        peer.pause(account.relayed(false, 0));
        client.passOn();
        if (inputEnded) {
            peer.inputEnds();
        } else {
            peer.passOn();
        }
        client.channel.flush();
    }

    /** Closes both connections now, whatever is left to be sent. */
    void abort() {
        ending = true;
        client.abort();
        peer.abort();
    }

    /** Closes both connections once they have read what is left for them, or have not in time. */
    private void endIfDone() {
        if (!ending && client.isDone() && peer.isDone()) {
            ending = true;
            unread = unread();
            client.closeWhenRead();
            peer.closeWhenRead();
            schedule(this::abortIfStuck, LAST_BYTES_SECONDS);
        }
    }

    private void abortIfStuck() {
        long before = unread;
        unread = unread();
        if (unread < before && ++periods < MAX_LAST_BYTES_PERIODS) {
            schedule(this::abortIfStuck, LAST_BYTES_SECONDS);
        } else {
            abort();
        }
    }

    private long unread() {
        return client.unread() + peer.unread();
    }

    private void closed(End end) {
        end.closed = true;
        if (--open == 0) {
            client.discard();
            peer.discard();
            cancelTimer();
            account.ended();
        } else if (!ending) {
            // TLS tells a moment later whether this was an orderly end.
            end.channel.eventLoop().execute(end::isGone);
        }
    }

    private void abortIfSilent() {
        if (moved || client.isHeldUp() || peer.isHeldUp()) {
            checkSilence();
        } else {
            abort();
        }
    }

    private void checkSilence() {
        moved = false;
        schedule(this::abortIfSilent, HALF_CLOSED_SECONDS);
    }

    private void schedule(Runnable task, long seconds) {
        cancelTimer();
        if (open > 0) {
            timer = peer.channel.eventLoop().schedule(task, seconds, TimeUnit.SECONDS);
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** One of the two connections. */
    private final class End extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private final boolean isClient;
        private final boolean closesByHalves;

        /** What was read and is not passed on yet. One read, and what the kernel has had when the input ends. */
        private final Queue<ByteBuf> held = new ArrayDeque<>();

        private boolean inputEnded;
        private boolean passedAll;
        private boolean pausing;
        private boolean closed;

        End(Channel channel, boolean isClient, boolean closesByHalves) {
            this.channel = channel;
            this.isClient = isClient;
            this.closesByHalves = closesByHalves;
        }

        private End other() {
            return isClient ? peer : client;
        }

        /** Whether what comes from here would go somewhere and may not yet. */
        boolean isHeldUp() {
            return pausing && !other().closed;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (ending || other().closed) {
                ignore(bytes);
                return;
            }
            held.add(bytes);
            passOn();
        }

        /** Passes on what is held, as far as that may be. */
        void passOn() {
            Channel to = other().channel;
            while (!pausing && !ending && to.isWritable() && !held.isEmpty()) {
                ByteBuf bytes = held.remove();
                moved = true;
                pause(account.relayed(isClient, bytes.readableBytes()));
                var _ = to.write(bytes, to.voidPromise());
                if (!to.isWritable()) {
                    to.flush();
                }
            }
            if (inputEnded && held.isEmpty() && !passedAll && !ending) {
                passedAll = true;
                endOutput();
            }
            readIfWelcome();
            endIfDone();
        }

        private void endOutput() {
            End to = other();
            if (to.closesByHalves && to.channel instanceof DuplexChannel duplex) {
                to.whenRead(done -> {
                    var _ = duplex.shutdownOutput();
                });
            }
        }

        private void pause(long nanos) {
            if (nanos > 0 && !pausing) {
                pausing = true;
                var _ = channel.eventLoop().schedule(this::pauseEnds, nanos, TimeUnit.NANOSECONDS);
            }
        }

        private void pauseEnds() {
            pausing = false;
            passOn();
            other().channel.flush();
        }

        private void readIfWelcome() {
            if (!inputEnded) {
                channel.config()
                        .setAutoRead(!pausing
                                && held.isEmpty()
                                && (ending || other().channel.isWritable()));
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other().channel.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            other().passOn();
            channel.flush();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent
                    || (event instanceof SslCloseCompletionEvent closeNotify && closeNotify.isSuccess())) {
                inputEnds();
            }
        }

        void inputEnds() {
            if (!inputEnded) {
                inputEnded = true;
                if (!ending) {
                    checkSilence();
                }
                passOn();
            }
        }

        /** Whether nothing more is to be passed on from here. */
        boolean isDone() {
            return held.isEmpty() && (inputEnded || other().closed || (!closesByHalves && other().passedAll));
        }

        /** The connection is closed, and not from here. */
        private void isGone() {
            if (ending) {
                return;
            }
            if (!inputEnded) {
                Splice.this.abort();
                return;
            }
            other().discard();
            endIfDone();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, @Nullable Throwable cause) {
            if (inputEnded) {
                var _ = channel.close(); // what it has sent before is whole, and perhaps still on its way
            } else {
                Splice.this.abort();
            }
        }

        void closeWhenRead() {
            if (closesByHalves) {
                whenRead(ChannelFutureListener.CLOSE);
            } else {
                whenRead(done -> endTls());
                readIfWelcome();
            }
        }

        /**
         * Tells that this was all, and reads until nothing more comes. A close with something unread, or before more of
         * it comes, would be a reset, and take from the client what the kernel still has for it.
         */
        private void endTls() {
            if (inputEnded || !(channel instanceof DuplexChannel duplex)) {
                var _ = channel.close();
                return;
            }
            channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext context, Object message) {
                    ignore((ByteBuf) message); // nobody needs it decrypted
                }
            });
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            ChannelFuture told = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
            told.addListener(done -> {
                var _ = duplex.shutdownOutput();
            });
        }

        private void ignore(ByteBuf bytes) {
            // It is read, so that the connection does not end with a reset; but not for nothing.
            pause(account.relayed(isClient, bytes.readableBytes()));
            bytes.release();
            readIfWelcome();
        }

        private void whenRead(ChannelFutureListener listener) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
        }

        /** What waits here for this side to take it. */
        long unread() {
            ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
            return buffer == null ? 0 : buffer.totalPendingWriteBytes();
        }

        void discard() {
            for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
                bytes.release();
            }
        }

        void abort() {
            boolean hasAll = other().passedAll && unread() == 0;
            discard();
            if (hasAll || !channel.isOpen()) {
                var _ = channel.close();
            } else {
                reset();
            }
        }

        /** Without the close_notify of TLS, too. */
        private void reset() {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
            var _ = tls == null ? channel.close() : tls.close();
        }
    }
}
