package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.PeerConnection;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client data connection and a peer data connection as one, RFC 6062 section 5.4: what is read from one is written to
 * the other, the same buffer, and nothing more is read while the other does not keep up. Belongs to the shard's event
 * loop.
 *
 * <p>When one side has said that it sends no more, so is the other side told, and the other direction goes on; without
 * TLS that is, which knows no such state here. It ends when both have said it, when one of them is closed, or when nothing
 * has moved for a while after one has said it.
 */
final class Splice {

    /** For how long one direction may be silent when the other is closed. */
    private static final long HALF_CLOSED_SECONDS = 60;

    /** For how long a side may take to read what is left for it when the other side is closed. */
    private static final long LAST_BYTES_SECONDS = 10;

    private final TcpRelays relays;
    private final PeerConnection connection;
    private final End client;
    private final End peer;
    private int open = 2;
    private boolean moved;
    private boolean ending;
    private @Nullable Future<?> timer;

    Splice(TcpRelays relays, PeerConnection connection, ClientConnection client, SocketChannel peer) {
        this.relays = relays;
        this.connection = connection;
        this.client = new End(client.channel(), true, client.transport() == ClientTransport.TCP);
        this.peer = new End(peer, false, true);
    }

    /** Takes over both connections. What the client has sent behind its request comes at once. */
    void begin(ClientConnection clientConnection, PeerLink peerLink) {
        client.channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, client.closesByHalves);
        // When a side says that it sends no more, Netty reads what the kernel has of it at once: that has to be
        // bounded.
        client.channel.config().setOption(ChannelOption.SO_RCVBUF, TcpRelays.RECEIVE_BUFFER_BYTES);
        peer.channel.pipeline().replace(peerLink, null, peer);
        clientConnection.handOver(client);
        client.channel.closeFuture().addListener(closed -> closedOne());
        peer.channel.closeFuture().addListener(closed -> closedOne());
    }

    /** Passes on what the peer has sent before, and begins to read from it, unless that was all. */
    void openPeer(Queue<ByteBuf> early, boolean inputEnded) {
        peer.inputEnded = inputEnded;
        for (ByteBuf bytes = early.poll(); bytes != null; bytes = early.poll()) {
            peer.pass(bytes);
        }
        client.channel.flush();
        if (inputEnded) {
            peer.inputEnds();
        } else {
            peer.readIfWelcome();
        }
    }

    /** Closes both connections now, whatever is left to be sent. */
    void abort() {
        ending = true;
        var _ = client.channel.close();
        var _ = peer.channel.close();
    }

    /** Closes both connections once they have read what is left for them, or have not in time. */
    private void end() {
        if (!ending) {
            ending = true;
            client.closeWhenRead();
            peer.closeWhenRead();
            schedule(this::abort, LAST_BYTES_SECONDS);
        }
    }

    private void closedOne() {
        if (--open == 0) {
            cancelTimer();
            relays.ended(connection);
        } else {
            end();
        }
    }

    private void endIfSilent() {
        if (!moved) {
            end();
        } else if (!ending) {
            checkSilence();
        }
    }

    private void checkSilence() {
        moved = false;
        schedule(this::endIfSilent, HALF_CLOSED_SECONDS);
    }

    private void schedule(Runnable task, long seconds) {
        cancelTimer();
        timer = peer.channel.eventLoop().schedule(task, seconds, TimeUnit.SECONDS);
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
        private boolean inputEnded;
        private boolean pausing;

        End(Channel channel, boolean isClient, boolean closesByHalves) {
            this.channel = channel;
            this.isClient = isClient;
            this.closesByHalves = closesByHalves;
        }

        private End other() {
            return isClient ? peer : client;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            pass((ByteBuf) message);
        }

        void pass(ByteBuf bytes) {
            if (ending) {
                bytes.release();
                return;
            }
            moved = true;
            long pauseNanos = relays.relayed(connection, isClient, bytes.readableBytes());
            Channel to = other().channel;
            var _ = to.write(bytes, to.voidPromise());
            if (!to.isWritable()) {
                to.flush();
            }
            if (pauseNanos > 0 && !pausing) {
                pausing = true;
                var _ = channel.eventLoop().schedule(this::pauseEnds, pauseNanos, TimeUnit.NANOSECONDS);
            }
            readIfWelcome();
        }

        private void pauseEnds() {
            pausing = false;
            readIfWelcome();
        }

        void readIfWelcome() {
            if (!inputEnded) {
                channel.config().setAutoRead(!pausing && other().channel.isWritable());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            other().channel.flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            other().readIfWelcome();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                inputEnds();
            }
        }

        void inputEnds() {
            inputEnded = true;
            End to = other();
            if (to.inputEnded || !to.closesByHalves || !(to.channel instanceof DuplexChannel duplex)) {
                end();
            } else if (!ending) {
                to.whenRead(done -> {
                    var _ = duplex.shutdownOutput();
                });
                checkSilence();
            }
        }

        void closeWhenRead() {
            whenRead(ChannelFutureListener.CLOSE);
        }

        private void whenRead(ChannelFutureListener listener) {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(listener);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, @Nullable Throwable cause) {
            end();
        }
    }
}
