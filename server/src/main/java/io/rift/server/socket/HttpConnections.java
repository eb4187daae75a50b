package io.rift.server.socket;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.WebSocketFrameDecoder;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.http.server.HttpServer;

/**
 * Bounds what comes before a WebSocket: how many TCP connections there are, and how long one may stay without becoming a
 * WebSocket. Time-outs between bytes or requests would not do: whoever sends a byte now and then never meets them.
 */
public final class HttpConnections implements NettyServerCustomizer {
    /** For a request and its answer, or for all requests of one connection. */
    public static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Duration timeout;
    private final int maxOpen;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Bounds for one port.
     *
     * @param timeout until a connection that is no WebSocket is closed
     * @param maxOpen connections at a time, WebSockets included; one more is closed at once
     */
    public HttpConnections(Duration timeout, int maxOpen) {
        this.timeout = timeout;
        this.maxOpen = maxOpen;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        return server.doOnChannelInit((observer, channel, remote) -> bound(channel));
    }

    private void bound(Channel channel) {
        boolean full = open.incrementAndGet() > maxOpen;
        Future<?> end = channel.eventLoop()
                .schedule(() -> closeUnlessWebSocket(channel), full ? 0 : timeout.toNanos(), TimeUnit.NANOSECONDS);
        var _ = channel.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            end.cancel(false);
        });
    }

    private static void closeUnlessWebSocket(Channel channel) {
        if (channel.pipeline().get(WebSocketFrameDecoder.class) == null) {
            var _ = channel.close();
        }
    }
}
