package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.Route;
import io.rift.server.core.turn.ServerAddress;
import io.rift.server.core.turn.TurnServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client over TCP, or over TLS when an SslHandler stands before this one. Everything happens on the shard's event loop.
 *
 * <p>Relayed data is copied once, in both directions. To the peer, because a datagram must not keep the whole block alive
 * that it was read in, and has room for a header in front of it like one from a UDP client; to the client, because what a
 * slow reader leaves lying must not keep the shard's receive memory from everybody else. And small messages of a burst
 * leave as one write, or as one TLS record.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter
        implements ConnectedClient, Outlet, StreamMessages.Receiver {

    /** More than any request needs; a client that has an allocation may send the longest message. */
    static final int MAX_BYTES_WITHOUT_ALLOCATION = 4096;

    /** What may wait for a client to read before data for it is dropped. */
    static final WriteBufferWaterMark UNREAD_BYTES = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** Answers may go so far above the low-water mark before the connection is ended. */
    private static final int MAX_ANSWERS_ABOVE_BYTES = 48 * 1024;

    /** What a record of TLS adds to a message, and Netty to a record in its queue. */
    private static final int RECORD_BYTES = 128;

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Shard shard;
    private final Connections connections;
    private final Channel channel;
    private final ServerAddress local;
    private final TransportAddress client;
    private final InetSocketAddress localSocketAddress;
    private final InetSocketAddress clientSocketAddress;

    private final StreamMessages messages;
    private final ConnectionDeadlines deadlines;
    private @Nullable ByteBuf outgoing;
    private int unflushedRecords;
    private boolean unflushed;
    private boolean ended;

    /**
     * A connection that was just accepted.
     *
     * @param client the other end; through a proxy, what the proxy says
     */
    ClientConnection(Shard shard, Channel channel, ClientTransport transport, TransportAddress client) {
        this.shard = shard;
        this.connections = shard.connections();
        this.channel = channel;
        this.client = client;
        localSocketAddress = (InetSocketAddress) channel.localAddress();
        clientSocketAddress = client.toSocketAddress();
        messages = new StreamMessages(channel.alloc(), this);
        deadlines = new ConnectionDeadlines(this, connections, shard.loop());
        local = new ServerAddress(transport, TransportAddress.of(localSocketAddress));
    }

    @Override
    public ClientTransport transport() {
        return local.transport();
    }

    TransportAddress client() {
        return client;
    }

    /** The channel, for whoever connects it with another one after {@link #handOver}. */
    Channel channel() {
        return channel;
    }

    // --- life ---

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connections.add(this);
        deadlines.start();
        if (shard.ends().add(local, client, this) instanceof ClientConnection old) {
            old.end(ConnectionEnd.REPLACED);
            shard.disconnected(local, client);
        }
    }

    @Override
    public boolean hasAllocation() {
        return shard.hasAllocation(local, client);
    }

    @Override
    public void end(ConnectionEnd reason) {
        if (!ended) {
            connections.ended(reason);
            close();
        }
    }

    /** Without the goodbye of TLS, which would wait for a handshake's thread, and for whoever does not read. */
    @Override
    public void pushOut() {
        if (!ended) {
            connections.ended(ConnectionEnd.PUSHED_OUT);
        }
        ended = true;
        ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
        var _ = tls == null ? channel.close() : tls.close();
    }

    @Override
    public void close() {
        ended = true;
        var _ = channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        if (shard.ends().remove(local, client, this)) {
            shard.disconnected(local, client);
        }
        context.fireChannelInactive();
    }

    /**
     * Makes this a connection of raw data: messages end with the one that is being handled, and whatever follows it goes
     * to the successor. What waits to be sent is sent before. The client has no longer an allocation here.
     */
    void handOver(ChannelHandler successor) {
        flush();
        ended = true;
        channel.pipeline().replace(this, null, successor);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        connections.remove(this);
        shard.ends().remove(local, client, this);
        deadlines.cancel();
        messages.release();
        if (outgoing != null) {
            outgoing.release();
            outgoing = null;
        }
    }

    // --- in ---

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf arrived = (ByteBuf) message;
        try {
            messages.read(arrived);
            if (context.isRemoved() && arrived.isReadable()) {
                context.fireChannelRead(arrived.retain());
            }
        } catch (RuntimeException e) {
            shard.drops().failed(e);
            end(ConnectionEnd.INTERNAL_ERROR);
        } finally {
            arrived.release();
        }
    }

    @Override
    public boolean accepts(int length) {
        if (length > MAX_BYTES_WITHOUT_ALLOCATION && !hasAllocation()) {
            end(ConnectionEnd.MESSAGE_TOO_LONG);
            return false;
        }
        return true;
    }

    @Override
    public void broken() {
        end(ConnectionEnd.NOT_FRAMED);
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }

    @Override
    public void message(ByteBuf stream, int length) {
        int start = stream.readerIndex();
        if (shard.isCapturing()) {
            shard.captured(clientSocketAddress, localSocketAddress, stream.slice(start, length));
        }
        ByteBuffer message = stream.internalNioBuffer(start, length);
        Route route = shard.handleClientMessage(client, local, message);
        if (route != null) {
            ByteBuf datagram = channel.alloc()
                    .directBuffer(TurnServer.HEADROOM_BYTES + message.remaining() + TurnServer.TAILROOM_BYTES)
                    .setIndex(TurnServer.HEADROOM_BYTES, TurnServer.HEADROOM_BYTES)
                    .writeBytes(message);
            if (!shard.sendToPeer(route, datagram)) {
                datagram.release();
            }
            return;
        }
        shard.drain();
        deadlines.spoke();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        shard.burstEnds();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof RuntimeException bug && !(cause instanceof DecoderException)) {
            shard.drops().failed(bug);
        } else {
            LOG.debug("a connection has failed", cause);
        }
        close();
    }

    // --- out ---

    @Override
    public boolean send(ByteBuf message) {
        int length = message.readableBytes() + (transport() == ClientTransport.TLS ? RECORD_BYTES : 0);
        if (collected() + length > channel.bytesBeforeUnwritable()) {
            flush();
        }
        if (ended || length > channel.bytesBeforeUnwritable()) {
            shard.drops().add(SocketDrop.SLOW_READER);
        } else {
            collect(message);
        }
        return false;
    }

    @Override
    public void sendControl(ByteBuffer message) {
        if (isIndication(message)) { // what peers cause is no reason to end a connection
            send(Unpooled.wrappedBuffer(message));
            return;
        }
        if (!channel.isWritable()) {
            flush();
        }
        if (collected() + channel.bytesBeforeWritable() > MAX_ANSWERS_ABOVE_BYTES) {
            end(ConnectionEnd.ANSWERS_NOT_READ);
        }
        if (!ended) {
            collect(Unpooled.wrappedBuffer(message));
        }
    }

    /** RFC 8489 section 5: the class is in two bits of the type, and an indication has the lower one alone. */
    private static boolean isIndication(ByteBuffer message) {
        return (message.getShort(message.position()) & 0x0110) == 0x0010;
    }

    private void collect(ByteBuf message) {
        shard.captured(localSocketAddress, clientSocketAddress, message);
        int length = message.readableBytes();
        if (transport() == ClientTransport.TLS) {
            // Nothing asks for one record per message, but clients are known that take a record for a message.
            unflushedRecords++;
            ByteBuf one = channel.alloc().directBuffer(length);
            var _ = channel.write(one.writeBytes(message, message.readerIndex(), length));
        } else {
            ByteBuf collecting = outgoing;
            if (collecting == null) {
                collecting = channel.alloc().directBuffer(length);
                outgoing = collecting;
            }
            collecting.writeBytes(message, message.readerIndex(), length);
        }
        if (!unflushed) {
            unflushed = true;
            shard.flushLater(this);
        }
    }

    /** What will wait when it is flushed, and is not known to the channel yet. */
    private int collected() {
        return outgoing == null ? unflushedRecords * RECORD_BYTES : outgoing.readableBytes();
    }

    @Override
    public void flush() {
        if (!unflushed) { // an SslHandler would queue an empty buffer, for each message that a slow reader does not get
            return;
        }
        unflushed = false;
        unflushedRecords = 0;
        ByteBuf collected = outgoing;
        if (collected != null) {
            outgoing = null;
            var _ = channel.writeAndFlush(collected);
        } else {
            channel.flush();
        }
    }
}
