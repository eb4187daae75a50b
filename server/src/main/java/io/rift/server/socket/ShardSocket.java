package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;

/** One UDP socket of a shard. Everything happens on the shard's event loop. */
abstract class ShardSocket extends ChannelInboundHandlerAdapter implements Outlet {

    final Shard shard;
    final DatagramChannel channel;
    private boolean unflushed;
    private boolean flushing;
    private boolean readSomething;

    ShardSocket(Shard shard, DatagramChannel channel) {
        this.shard = shard;
        this.channel = channel;
    }

    /**
     * Takes a datagram.
     *
     * @param content the datagram; its {@code internalNioBuffer} has headroom and tailroom
     * @return whether the reference to the content was handed on; otherwise the caller releases it
     */
    abstract boolean received(ByteBuf content, InetSocketAddress sender);

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        readSomething = true;
        DatagramPacket packet = (DatagramPacket) message;
        ByteBuf content = packet.content();
        if (content.readableBytes() > ReceiveSlab.MAX_DATAGRAM_BYTES) {
            shard.drops().add(SocketDrop.OVERSIZED);
            content.release();
            return;
        }
        shard.captured(packet.sender(), localAddress(), content);
        take(content, packet.sender());
    }

    /** Where a received datagram's reference ends, unless it leaves through another socket. */
    private void take(ByteBuf content, InetSocketAddress sender) {
        boolean handedOn = false;
        try {
            handedOn = received(content, sender);
        } catch (RuntimeException e) {
            shard.drops().failed(e);
        } finally {
            if (!handedOn) {
                content.release();
            }
        }
    }

    @Override
    public final void channelReadComplete(ChannelHandlerContext context) {
        if (!readSomething) {
            readNothing();
        }
        readSomething = false;
        shard.readEnds();
    }

    /** The event loop wanted to read, but there was no datagram. */
    void readNothing() {}

    /** A datagram is about to be queued. */
    void queueing(DatagramPacket datagram) {}

    /** What was queued is with the kernel now, or waits for it. */
    void flushed() {}

    /** Whether the socket deals with this failure by itself. */
    boolean expects(Throwable failure) {
        return false;
    }

    /** Queues a datagram until the burst ends. True if the reference to it was taken over. */
    final boolean send(ByteBuf datagram, InetSocketAddress to) {
        if (!channel.isWritable()) {
            flush();
        }
        if (!channel.isWritable() || shard.slabs().areExhausted()) {
            shard.drops().add(SocketDrop.SEND_BUFFER_FULL);
            return false;
        }
        shard.captured(localAddress(), to, datagram);
        DatagramPacket packet = new DatagramPacket(datagram, to);
        queueing(packet);
        var _ = channel.write(packet, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            shard.flushLater(this);
        }
        return true;
    }

    @Override
    public final void flush() {
        unflushed = false;
        flushing = true;
        channel.flush();
        flushing = false;
        flushed();
    }

    /** Whether what was queued is being sent right now. */
    final boolean isFlushing() {
        return flushing;
    }

    /** What failed for one datagram, such as a destination without a route, ends nothing. */
    @Override
    public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!expects(cause)) {
            shard.drops().sendFailed(cause);
        }
    }

    /** Where to get memory for what is sent. */
    final ByteBufAllocator memory() {
        return channel.alloc();
    }

    final boolean isOpen() {
        return channel.isActive();
    }

    final void close() {
        var _ = channel.close();
    }

    final InetSocketAddress localAddress() {
        return channel.localAddress();
    }
}
