package io.rift.server.socket;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.concurrent.Future;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The header with which a trusted proxy's connection begins: HAProxy's PROXY protocol, version 2. Nothing else is read
 * before it; what follows it goes to the handlers that are added because of it.
 */
final class ProxyHeader extends SimpleChannelInboundHandler<HAProxyMessage> {

    /** For extensions (TLVs), which are not looked at. */
    private static final int MAX_EXTENSION_BYTES = 1024;

    private final Connections connections;
    private final TransportAddress proxy;
    private final Consumer<TransportAddress> begin;
    private @Nullable Future<?> deadline;
    private boolean ended;

    /**
     * A connection of a proxy.
     *
     * @param proxy its address
     * @param begin what to do when the client's address is known
     */
    ProxyHeader(Connections connections, TransportAddress proxy, Consumer<TransportAddress> begin) {
        this.connections = connections;
        this.proxy = proxy;
        this.begin = begin;
    }

    static HAProxyMessageDecoder decoder() {
        return new HAProxyMessageDecoder(MAX_EXTENSION_BYTES);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        long nanos = connections.bounds().messageTimeout().toNanos();
        deadline = context.channel()
                .eventLoop()
                .schedule(() -> end(context, ConnectionEnd.NO_MESSAGE), nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ended = true;
        if (deadline != null) {
            deadline.cancel(false);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HAProxyMessage header) {
        TransportAddress client = client(header);
        if (client == null) {
            end(context, ConnectionEnd.BAD_PROXY_HEADER);
        } else if (!ended) {
            context.pipeline().remove(this);
            begin.accept(client);
        }
    }

    /** Null if there is none. */
    private @Nullable TransportAddress client(HAProxyMessage header) {
        if (header.protocolVersion() != HAProxyProtocolVersion.V2) {
            return null;
        }
        if (header.command() == HAProxyCommand.LOCAL) {
            // "the connection was established on purpose by the proxy without being relayed": such as a health check
            return proxy;
        }
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        boolean tcp = protocol == HAProxyProxiedProtocol.TCP4 || protocol == HAProxyProxiedProtocol.TCP6;
        return tcp ? new TransportAddress(IpAddress.parse(header.sourceAddress()), header.sourcePort()) : null;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(context, ConnectionEnd.BAD_PROXY_HEADER);
    }

    private void end(ChannelHandlerContext context, ConnectionEnd reason) {
        if (!ended) {
            ended = true;
            connections.ended(reason);
            var _ = context.close();
        }
    }
}
