package io.rift.server.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Bounds the connections of the management port, each of which is for one request. One that has not sent all of it yet
 * gives its place to a newer one, so that nobody keeps the probes of the server's health out by saying nothing. One that
 * is answered goes on for as long as that takes, unless its client takes nothing.
 */
public final class ManagementConnections implements NettyServerCustomizer {

    /** More than operators and their monitors need. */
    private static final int MAX_OPEN = 128;

    /** For a client that takes nothing of an answer. */
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);

    private final int maxOpen;
    private final Duration requestTimeout;
    private final Duration stallTimeout;

    /** Those without a whole request, the oldest first. Guarded by this, as is the next one: event loops share them. */
    private final Set<Channel> asking = new LinkedHashSet<>();

    private final Set<Channel> answered = new HashSet<>();

    /** Bounds for the management port. */
    public ManagementConnections() {
        this(MAX_OPEN, HttpConnections.TIMEOUT, STALL_TIMEOUT);
    }

    /**
     * Bounds for one port.
     *
     * @param maxOpen connections at a time
     * @param requestTimeout until a connection that has not sent a whole request is closed
     * @param stallTimeout until a connection is closed that takes nothing of its answer
     */
    ManagementConnections(int maxOpen, Duration requestTimeout, Duration stallTimeout) {
        this.maxOpen = maxOpen;
        this.requestTimeout = requestTimeout;
        this.stallTimeout = stallTimeout;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        // Who asks every few seconds would else meet the end of a connection between two requests on it.
        return server.maxKeepAliveRequests(1).doOnChannelInit((observer, channel, remote) -> bound(channel));
    }

    private void bound(Channel channel) {
        Channel leaves = come(channel);
        if (leaves != null) {
            close(leaves);
        }
        if (channel.equals(leaves)) {
            return;
        }
        var _ = channel.closeFuture().addListener(closed -> leave(channel));
        Future<?> end =
                channel.eventLoop().schedule(() -> close(channel), requestTimeout.toNanos(), TimeUnit.NANOSECONDS);
        var _ = channel.closeFuture().addListener(closed -> end.cancel(false));
        channel.pipeline().addFirst(new Stalled(stallTimeout));
        if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
            channel.pipeline().addAfter(NettyPipeline.HttpCodec, null, new EndOfRequest(() -> {
                end.cancel(false);
                answer(channel);
            }));
        }
    }

    private static void close(Channel channel) {
        var _ = channel.close();
    }

    /** Who has to leave now that this one is here, if anybody. */
    private synchronized @Nullable Channel come(Channel channel) {
        if (asking.size() + answered.size() < maxOpen) {
            asking.add(channel);
            return null;
        }
        if (asking.isEmpty()) {
            return channel;
        }
        Channel oldest = asking.iterator().next();
        asking.remove(oldest);
        asking.add(channel);
        return oldest;
    }

    private synchronized void answer(Channel channel) {
        if (asking.remove(channel)) { // else it has just been told to leave
            answered.add(channel);
        }
    }

    private synchronized void leave(Channel channel) {
        asking.remove(channel);
        answered.remove(channel);
    }

    /** Tells when a request has been read to its end. */
    private static final class EndOfRequest extends ChannelInboundHandlerAdapter {
        private final Runnable read;

        EndOfRequest(Runnable read) {
            this.read = read;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof LastHttpContent) {
                read.run();
            }
            context.fireChannelRead(message);
        }
    }

    /** Closes a connection with bytes to send of which it could send none for a while. */
    private static final class Stalled extends IdleStateHandler {
        Stalled(Duration timeout) {
            super(true, 0, timeout.toNanos(), 0, TimeUnit.NANOSECONDS);
        }

        @Override
        protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
            ChannelOutboundBuffer pending = context.channel().unsafe().outboundBuffer();
            if (pending != null && !pending.isEmpty()) { // else it is this server that works on its answer
                var _ = context.close();
            }
        }
    }
}
