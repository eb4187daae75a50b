package io.rift.server.socket;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.turn.PeerConnection;
import io.rift.server.core.turn.RelaySocket;
import io.rift.server.core.turn.TurnCommand;
import io.rift.server.core.turn.TurnServer;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one shard relays over TCP, RFC 6062: sockets that listen on relayed transport addresses, connections with peers,
 * and the splices of these with connections of clients. Belongs to the shard's event loop.
 *
 * <p>A connection to a peer leaves from the relayed transport address, where a socket listens already. Linux lets it if
 * both sockets have SO_REUSEPORT. But two sockets that have it could also listen on one port and take each other's
 * connections; so a listening socket gets it only when it has been bound, alone.
 */
final class TcpRelays {

    private static final Logger LOG = LoggerFactory.getLogger(TcpRelays.class);

    /** Connections that the kernel completes for peers before they are judged here. */
    private static final int BACKLOG = 64;

    /** What the kernel keeps of a peer's data until the client takes it; it doubles the number. 40 Mbit/s at 50 ms. */
    static final int RECEIVE_BUFFER_BYTES = 256 * 1024;

    /** What the kernel keeps for a peer, on top of what waits here. */
    private static final int SEND_BUFFER_BYTES = 256 * 1024;

    /** What may wait here for one slow reader before nothing more is read for it, give or take one read. */
    private static final WriteBufferWaterMark UNREAD_BYTES = new WriteBufferWaterMark(32 * 1024, 64 * 1024);

    /** The core gives up before. */
    private static final int NO_TIMEOUT = 0;

    private final Shard shard;
    private final TurnServer core;
    private final LiveRelays relays;
    private final Set<ListeningRelay> listening = new LinkedHashSet<>();
    private final Set<PeerLink> links = new LinkedHashSet<>();
    private boolean closing;

    /** A listening socket, hung on the core's relay socket. */
    private record ListeningRelay(Channel channel, TransportAddress external, TransportAddress bound) {}

    TcpRelays(Shard shard, TurnServer core, LiveRelays relays) {
        this.shard = shard;
        this.core = core;
        this.relays = relays;
    }

    // --- relayed transport addresses ---

    /** Opens a socket that listens, and tells the core. */
    void listen(RelaySocket relaySocket, Listener at) {
        TransportAddress external = new TransportAddress(at.external(), relaySocket.port());
        TransportAddress address = new TransportAddress(at.relay(), relaySocket.port());
        new ServerBootstrap()
                .group(shard.loop())
                .channelFactory(() -> shard.transport().listeningRelay(relaySocket.family()))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel accepted) {
                        accept(relaySocket, accepted);
                    }
                })
                .bind(address.toSocketAddress())
                .addListener((ChannelFuture bound) -> onLoop(() -> listens(relaySocket, bound, external, address)));
    }

    private void listens(
            RelaySocket relaySocket, ChannelFuture bound, TransportAddress external, TransportAddress address) {
        Channel channel = bound.channel();
        if (bound.isSuccess() && !closing && shard.transport().sharePort(channel)) {
            ListeningRelay relay = new ListeningRelay(channel, external, address);
            relaySocket.attach(relay);
            listening.add(relay);
            relays.addTcp(external, address);
            core.relaySocketOpened(relaySocket, external, System.nanoTime());
            LOG.atDebug().addKeyValue("relayed", external).log("TCP relay socket opened");
        } else {
            var _ = channel.close();
            core.relaySocketFailed(relaySocket, System.nanoTime());
        }
        shard.burstEnds();
    }

    /** Closes a socket that listens. */
    void close(RelaySocket relaySocket) {
        if (relaySocket.attachment() instanceof ListeningRelay relay) {
            relaySocket.attach(null);
            listening.remove(relay);
            close(relay);
            LOG.atDebug().addKeyValue("relayed", relay.external()).log("TCP relay socket closed");
        }
    }

    private void close(ListeningRelay relay) {
        relays.removeTcp(relay.external(), relay.bound());
        var _ = relay.channel().close();
    }

    // --- connections with peers ---

    /** Does what the core wants done. */
    void execute(TurnCommand.Tcp command) {
        switch (command) {
            case TurnCommand.ConnectToPeer(PeerConnection connection) -> connect(connection);
            case TurnCommand.SplicePeerConnection splice -> splice(splice);
            case TurnCommand.ClosePeerConnection(PeerConnection connection) -> {
                if (connection.attachment() instanceof PeerLink link) {
                    link.abort();
                }
            }
        }
    }

    private void connect(PeerConnection connection) {
        if (!(connection.relaySocket().attachment() instanceof ListeningRelay relay) || closing) {
            core.peerConnectionClosed(connection, System.nanoTime());
            return;
        }
        TransportAddress ofThisNode = relays.boundTcp(connection.peer());
        InetSocketAddress peer = (ofThisNode == null ? connection.peer() : ofThisNode).toSocketAddress();
        ChannelFuture connected = new Bootstrap()
                .group(shard.loop())
                .channelFactory(() ->
                        shard.transport().peerSocket(connection.relaySocket().family()))
                .disableResolver()
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, NO_TIMEOUT)
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                .option(ChannelOption.SO_SNDBUF, SEND_BUFFER_BYTES)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, UNREAD_BYTES)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        shard.transport().sharePort(channel);
                        add(channel, connection);
                    }
                })
                .connect(peer, relay.bound().toSocketAddress());
        connected.addListener((ChannelFuture outcome) -> onLoop(() -> {
            if (outcome.isSuccess()) {
                core.peerConnected(connection, System.nanoTime());
            } else {
                LOG.debug("no connection with a peer", outcome.cause());
                core.peerConnectionClosed(connection, System.nanoTime());
            }
            shard.burstEnds();
        }));
    }

    /** A socket that could not even be made fails on a thread of Netty's. */
    private void onLoop(Runnable outcome) {
        if (shard.loop().inEventLoop()) {
            outcome.run();
        } else {
            shard.loop().execute(outcome);
        }
    }

    private void accept(RelaySocket relaySocket, SocketChannel accepted) {
        InetSocketAddress remote = accepted.remoteAddress();
        if (remote == null || closing) { // already gone
            refuse(accepted);
            return;
        }
        TransportAddress sender = TransportAddress.of(remote);
        TransportAddress ofThisNode = relays.externalTcp(sender);
        PeerConnection connection =
                core.peerAccepted(relaySocket, ofThisNode == null ? sender : ofThisNode, System.nanoTime());
        if (connection == null) {
            refuse(accepted);
        } else {
            add(accepted, connection);
        }
        shard.burstEnds();
    }

    /** With a reset, so that nothing of it stays here. */
    private static void refuse(SocketChannel accepted) {
        accepted.config().setSoLinger(0);
        var _ = accepted.close();
    }

    private void add(SocketChannel channel, PeerConnection connection) {
        PeerLink link = new PeerLink(this, channel, connection);
        connection.attach(link);
        links.add(link);
        channel.pipeline().addLast(link);
        channel.closeFuture().addListener(closed -> links.remove(link));
    }

    private void splice(TurnCommand.SplicePeerConnection command) {
        PeerConnection connection = command.connection();
        boolean both = connection.attachment() instanceof PeerLink link
                && shard.ends().find(command.local(), command.client()) instanceof ClientConnection client
                && link.spliceTo(client);
        if (!both) {
            core.peerConnectionClosed(connection, System.nanoTime());
            if (connection.attachment() instanceof PeerLink link) {
                link.abort();
            }
        }
    }

    /** A connection with a peer is over, and with it the client's. */
    void ended(PeerConnection connection) {
        connection.attach(null);
        if (!closing) {
            core.peerConnectionClosed(connection, System.nanoTime());
            shard.burstEnds();
        }
    }

    /** A reader of relayed data may pause; its peer waits. */
    void mayPause(Channel client) {
        shard.transport().endIfNothingIsTakenFor(client, 0);
    }

    /** Counts what was passed on; the answer is for how many nanoseconds to read nothing more. */
    long relayed(PeerConnection connection, boolean toPeer, int bytes) {
        return core.relayedOverTcp(connection, toPeer, bytes, System.nanoTime());
    }

    /** How many connections with peers are open or being opened. */
    int connections() {
        return links.size();
    }

    /** Closes everything. */
    void close() {
        closing = true;
        listening.forEach(this::close);
        listening.clear();
        List.copyOf(links).forEach(PeerLink::abort);
    }
}
