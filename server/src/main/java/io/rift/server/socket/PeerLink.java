package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.PeerConnection;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A connection with a peer that no client has claimed yet. Nothing is read from it, so that what the peer sends waits in
 * the kernel and then at the peer; Netty still reads once when the peer says that nothing more will come.
 */
final class PeerLink extends ChannelInboundHandlerAdapter implements Splice.Account {

    /** More than one read brings. */
    private static final int MAX_EARLY_BYTES = 256 * 1024;

    private final TcpRelays relays;
    private final SocketChannel channel;
    private final PeerConnection connection;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private int earlyBytes;
    private boolean inputEnded;
    private @Nullable Splice splice;

    PeerLink(TcpRelays relays, SocketChannel channel, PeerConnection connection) {
        this.relays = relays;
        this.channel = channel;
        this.connection = connection;
    }

    /** Passes on bytes between the peer and this client from now on. False if one of them is gone. */
    boolean spliceTo(ClientConnection client) {
        if (!channel.isActive() || !client.channel().isActive()) {
            return false;
        }
        relays.mayPause(client.channel());
        Splice made = new Splice(this, client.channel(), client.transport() == ClientTransport.TLS, channel);
        splice = made;
        channel.pipeline().replace(this, null, made.peerEnd());
        client.handOver(made.clientEnd());
        made.begin(early, inputEnded);
        return true;
    }

    /** Closes both connections now. */
    void abort() {
        if (splice != null) {
            splice.abort();
        } else {
            var _ = channel.close();
        }
    }

    @Override
    public long relayed(boolean toPeer, int bytes) {
        return relays.relayed(connection, toPeer, bytes);
    }

    @Override
    public void ended() {
        relays.ended(connection);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        earlyBytes += bytes.readableBytes();
        early.add(bytes);
        if (earlyBytes > MAX_EARLY_BYTES) {
            var _ = channel.close();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        var _ = channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        relays.ended(connection);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (splice == null) {
            early.forEach(ByteBuf::release);
            early.clear();
        }
    }
}
