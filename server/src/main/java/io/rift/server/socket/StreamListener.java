package io.rift.server.socket;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.util.concurrent.Future;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.turn.ClientTransport;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A TCP port at which clients of one shard connect. Accepts on the shard's event loop, and their data stays there. */
final class StreamListener extends ChannelInitializer<SocketChannel> implements OpenPort {

    /** What the kernel keeps for one client, on top of what waits here: 20 Mbit/s at 100 ms. It doubles the number. */
    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    /**
     * For how long a client may take nothing of what is sent to it. It is hardly there any more, and its buffers are; but
     * a network that is away for less than this costs it neither its connection nor its allocation.
     */
    static final int UNREAD_MILLIS = 120_000;

    private final Shard shard;
    private final List<Cidr> trustedProxies;
    private final @Nullable TlsHandshakes tls;
    private @Nullable Channel channel;

    private StreamListener(Shard shard, List<Cidr> trustedProxies, @Nullable TlsHandshakes tls) {
        this.shard = shard;
        this.trustedProxies = trustedProxies;
        this.tls = tls;
    }

    /**
     * Opens one.
     *
     * @param port to bind, 0 for any
     * @param trustedProxies whose connections begin with a header of the PROXY protocol
     * @param tls to begin on each connection, or null for TCP
     * @return the bound port, or the reason why there is none
     */
    static Future<StreamListener> open(
            Shard shard,
            Listener listener,
            int port,
            List<Cidr> trustedProxies,
            @Nullable TlsHandshakes tls,
            boolean sharesItsPort) {
        var opened = shard.loop().<StreamListener>newPromise();
        StreamListener made = new StreamListener(shard, trustedProxies, tls);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(shard.loop())
                .channelFactory(shard.transport()::serverSocket)
                .childHandler(made)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ClientConnection.UNREAD_BYTES);
        if (sharesItsPort) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        bootstrap
                .bind(new InetSocketAddress(listener.bind().toInetAddress(), port))
                .addListener((ChannelFuture bound) -> {
                    if (bound.isSuccess()) {
                        made.channel = bound.channel();
                        shard.clientPorts().add(made);
                        opened.setSuccess(made);
                    } else {
                        opened.setFailure(Objects.requireNonNull(bound.cause()));
                    }
                });
        return opened;
    }

    @Override
    public int port() {
        return ((InetSocketAddress) Objects.requireNonNull(channel).localAddress()).getPort();
    }

    @Override
    public void stop() {
        shard.clientPorts().giveUp(this);
    }

    void close() {
        var _ = Objects.requireNonNull(channel).close();
    }

    boolean isOpen() {
        return channel != null && channel.isActive();
    }

    @Override
    protected void initChannel(SocketChannel accepted) {
        shard.transport().endIfNothingIsTakenFor(accepted, UNREAD_MILLIS);
        InetSocketAddress remote = accepted.remoteAddress();
        if (remote == null) { // already gone
            var _ = accepted.close();
            return;
        }
        TransportAddress from = TransportAddress.of(remote);
        if (trustedProxies.stream().anyMatch(proxies -> proxies.contains(from.ip()))) {
            if (enter(accepted)) {
                accepted.pipeline()
                        .addLast(ProxyHeader.decoder())
                        .addLast(new ProxyHeader(shard.connections(), from, client -> {
                            if (enterFrom(accepted, client)) {
                                begin(accepted, client);
                            }
                        }));
            }
        } else if (enterFrom(accepted, from) && enter(accepted)) { // in this order: who may not come pushes nobody out
            begin(accepted, from);
        }
    }

    private boolean enter(SocketChannel accepted) {
        Connections connections = shard.connections();
        if (!connections.enter()) {
            refuse(accepted, ConnectionEnd.TOO_MANY);
            return false;
        }
        accepted.closeFuture().addListener(closed -> connections.limits().leave());
        return true;
    }

    private boolean enterFrom(SocketChannel accepted, TransportAddress client) {
        ConnectionLimits limits = shard.connections().limits();
        if (!limits.enterFrom(client.ip())) {
            refuse(accepted, ConnectionEnd.TOO_MANY_FROM_ADDRESS);
            return false;
        }
        accepted.closeFuture().addListener(closed -> limits.leaveFrom(client.ip()));
        return true;
    }

    private void begin(SocketChannel accepted, TransportAddress client) {
        try {
            addHandlers(accepted, client);
        } catch (RuntimeException e) { // it has nobody yet who would close it in time
            shard.drops().failed(e);
            refuse(accepted, ConnectionEnd.INTERNAL_ERROR);
        }
    }

    private void addHandlers(SocketChannel accepted, TransportAddress client) {
        ClientTransport transport = tls == null ? ClientTransport.TCP : ClientTransport.TLS;
        ClientConnection connection = new ClientConnection(shard, accepted, transport, client);
        if (tls != null) {
            TlsConnection handshake = tls.begin(reason -> ends(connection, reason));
            handshake.handshakeFuture().addListener(done -> {
                if (done.cause() instanceof SSLException || done.cause() instanceof RejectedExecutionException) {
                    connection.end(ConnectionEnd.TLS_FAILED);
                }
            });
            accepted.pipeline().addLast(handshake).addLast(handshake.data());
        }
        accepted.pipeline().addLast(connection);
    }

    private void ends(ClientConnection connection, ConnectionEnd reason) {
        if (connection.channel().pipeline().context(connection) == null) { // it was handed over
            shard.connections().ended(reason);
        } else {
            connection.end(reason);
        }
    }

    private void refuse(SocketChannel accepted, ConnectionEnd reason) {
        shard.connections().ended(reason);
        var _ = accepted.close();
    }
}
