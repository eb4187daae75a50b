package io.rift.server.socket;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramChannel;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.turn.RelaySocket;
import io.rift.server.core.turn.TurnServer;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The UDP sockets on the relayed transport addresses of one shard. Belongs to the shard's event loop. */
final class UdpRelays {

    private static final Logger LOG = LoggerFactory.getLogger(UdpRelays.class);

    private final Shard shard;
    private final TurnServer core;
    private final LiveRelays relays;
    private final Set<RelayedSocket> open = new LinkedHashSet<>();
    private boolean closing;
    private long failed;

    UdpRelays(Shard shard, TurnServer core, LiveRelays relays) {
        this.shard = shard;
        this.core = core;
        this.relays = relays;
    }

    /** Opens a socket, and tells the core. */
    void open(RelaySocket relaySocket, Listener at) {
        DatagramChannel channel;
        RelayedSocket socket;
        try {
            channel = shard.transport().relaySocket(relaySocket.family(), shard.slabs(), shard.errors() != null);
            socket = new RelayedSocket(shard, channel, relaySocket, at);
        } catch (ChannelException e) {
            warn(e);
            core.relaySocketFailed(relaySocket, System.nanoTime());
            return;
        }
        shard.bind(channel, socket.bound().toSocketAddress()).addListener((ChannelFuture bound) -> {
            if (bound.isSuccess() && !closing) {
                relaySocket.attach(socket);
                open.add(socket);
                channel.pipeline().addLast(socket);
                relays.add(socket.external(), socket.bound());
                core.relaySocketOpened(relaySocket, socket.external(), System.nanoTime());
                LOG.atDebug()
                        .addKeyValue("relayed", socket.external())
                        .addKeyValue("bound", socket.bound())
                        .log("relay socket opened");
            } else {
                var _ = channel.close();
                core.relaySocketFailed(relaySocket, System.nanoTime());
            }
            shard.burstEnds();
        });
    }

    /** No file descriptor is left, as a rule. Logged ever more rarely, as clients repeat it. */
    private void warn(ChannelException reason) {
        failed++;
        if (Long.bitCount(failed) == 1) {
            LOG.atWarn()
                    .addKeyValue("failedSoFar", failed)
                    .addKeyValue("reason", reason.toString())
                    .log("a relay socket could not be created");
        }
    }

    /** Closes a socket that the core was told of. */
    void close(RelaySocket relaySocket, RelayedSocket socket) {
        relaySocket.attach(null);
        open.remove(socket);
        relays.remove(socket.external(), socket.bound());
        socket.close();
        LOG.atDebug().addKeyValue("relayed", socket.external()).log("relay socket closed");
    }

    /** Those that are open. */
    Collection<RelayedSocket> sockets() {
        return open;
    }

    /** Closes all. */
    void close() {
        closing = true;
        open.forEach(socket -> {
            relays.remove(socket.external(), socket.bound());
            socket.close();
        });
        open.clear();
    }
}
