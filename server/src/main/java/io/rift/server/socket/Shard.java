package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.capture.Capture;
import io.rift.server.core.discovery.DiscoveryAddresses;
import io.rift.server.core.turn.ClientPath;
import io.rift.server.core.turn.RelaySocket;
import io.rift.server.core.turn.RelayTransport;
import io.rift.server.core.turn.Route;
import io.rift.server.core.turn.ServerAddress;
import io.rift.server.core.turn.TurnCommand;
import io.rift.server.core.turn.TurnServer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One event loop, one core, and the sockets that belong to them. Only {@link #counters()} is for other threads. */
final class Shard {

    private static final long PUBLISH_MILLIS = 200;

    /** Each holds a block of receive memory until what it read is sent, see {@link ReceiveSlabs}. */
    private static final int MAX_SOCKETS_PER_BURST = 32;

    private final EventLoop loop;
    private final Transport transport;
    private final TurnServer core;
    private final LiveRelays relays;
    private final @Nullable Capture capture;
    private final List<Listener> listeners;
    private final List<Listener> relayListeners;
    private final boolean translates;

    private final ReceiveSlabs slabs;
    private final @Nullable ErrorQueue errors;
    private final AddressCache addresses = new AddressCache();
    private final ClientEnds ends = new ClientEnds();
    private final Connections connections;
    private final ClientPorts clientPorts;
    private final UdpRelays udpRelays;
    private final TcpRelays tcpRelays;
    private final List<Outlet> unflushed = new ArrayList<>();
    private final Runnable queuedBurstEnd = this::queuedBurstEnds;
    private final DropCounts drops = new DropCounts();
    private final CoreTimer timer;

    private int socketsRead;
    private boolean burstEndIsQueued;
    private boolean closing;
    private volatile ShardCounters counters;

    /**
     * A shard without sockets.
     *
     * @param listeners where the node listens
     * @param relayListeners at most one of a family: whose relay address clients over the other family share
     * @param connections none yet
     */
    Shard(
            EventLoop loop,
            Transport transport,
            TurnServer core,
            LiveRelays relays,
            List<Listener> listeners,
            List<Listener> relayListeners,
            Connections connections,
            @Nullable Capture capture) {
        this.loop = loop;
        this.transport = transport;
        this.core = core;
        this.relays = relays;
        this.listeners = listeners;
        this.relayListeners = relayListeners;
        this.translates = listeners.stream().anyMatch(Listener::isTranslated);
        this.connections = connections;
        this.capture = capture;
        errors = transport.errorQueue();
        udpRelays = new UdpRelays(this, core, relays);
        tcpRelays = new TcpRelays(this, core, relays);
        slabs = new ReceiveSlabs(transport.datagramsPerRead());
        clientPorts = new ClientPorts(this, ends);
        timer = new CoreTimer(loop, core, this::burstEnds);
        counters = snapshot();
    }

    EventLoop loop() {
        return loop;
    }

    /** What the shard has done, at most a moment ago. */
    ShardCounters counters() {
        return counters;
    }

    /** Puts a socket on the event loop and binds it. */
    ChannelFuture bind(DatagramChannel channel, InetSocketAddress address) {
        ChannelPromise bound = channel.newPromise();
        loop.register(channel).addListener((ChannelFuture registered) -> {
            if (registered.isSuccess()) {
                var _ = channel.bind(address, bound);
            } else {
                bound.setFailure(Objects.requireNonNull(registered.cause()));
            }
        });
        return bound;
    }

    /** Starts to publish counters. */
    void start() {
        var _ = loop.scheduleAtFixedRate(
                () -> counters = snapshot(), PUBLISH_MILLIS, PUBLISH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** To be called on the event loop. */
    void discover(DiscoveryAddresses addresses) {
        core.discover(addresses);
    }

    private ShardCounters snapshot() {
        return new ShardCounters(
                core.counters().snapshot(), drops.snapshot(), connections.openByTransport(), connections.ends());
    }

    // --- data: from one socket of this loop to another ---

    TransportAddress address(InetSocketAddress sender) {
        return addresses.of(sender);
    }

    @Nullable Route handleClientMessage(TransportAddress client, ServerAddress local, ByteBuffer message) {
        return core.handleClientMessage(
                client, local, message, System.nanoTime(), TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis()));
    }

    @Nullable ClientPath handleRelayedDatagram(RelaySocket socket, InetSocketAddress sender, ByteBuffer payload) {
        return core.handleRelayedDatagram(socket, asPeersSee(addresses.of(sender)), payload, System.nanoTime());
    }

    void handleIcmp(RelaySocket socket, TransportAddress sentTo, int type, int code, long errorData) {
        core.handleIcmp(socket, asPeersSee(sentTo), type, code, errorData, System.nanoTime());
    }

    private TransportAddress asPeersSee(TransportAddress address) {
        TransportAddress external = translates ? relays.external(address) : null;
        return external == null ? address : external;
    }

    /**
     * Sends a payload on its way.
     *
     * @param payload with the room around it that {@link TurnServer#handOver} wants
     * @return whether the reference to it was taken over
     */
    boolean sendToPeer(Route route, ByteBuf payload) {
        if (core.isInside(route)) {
            return handOver(route, payload);
        }
        if (!payload.isReadable()) {
            drops.add(SocketDrop.EMPTY);
            return false;
        }
        if (!(route.relaySocket().attachment() instanceof RelayedSocket socket)) {
            return false;
        }
        InetSocketAddress to = socketAddress(route);
        return route.dontFragment() ? socket.sendUnfragmented(payload, to, route.peer()) : socket.send(payload, to);
    }

    /** The peer is a client of this shard, too: its packet saves the way through the kernel and back. */
    private boolean handOver(Route route, ByteBuf payload) {
        ByteBuffer buffer = payload.internalNioBuffer(payload.readerIndex(), payload.readableBytes());
        int start = buffer.position();
        ClientPath client = core.handOver(route, buffer, System.nanoTime());
        if (client == null) {
            return false;
        }
        int messageAt = payload.readerIndex() + buffer.position() - start;
        payload.setIndex(messageAt, messageAt + buffer.remaining());
        return sendToClient(client, payload);
    }

    private InetSocketAddress socketAddress(Route route) {
        if (route.attachment() instanceof InetSocketAddress known) {
            return known;
        }
        TransportAddress bound = translates ? relays.bound(route.peer()) : null;
        InetSocketAddress made = (bound == null ? route.peer() : bound).toSocketAddress();
        route.attach(made);
        return made;
    }

    /** True if the reference to the message was taken over. */
    boolean sendToClient(ClientPath client, ByteBuf message) {
        if (client.attachment() instanceof ClientEnd known) {
            return known.send(message);
        }
        ClientEnd end = ends.find(client.local(), client.client());
        client.attach(end);
        return end != null && end.send(message);
    }

    /** Whether this many bytes may go to an address that may be forged; the core counts what may not. */
    boolean mayAnswerUnproven(TransportAddress client, int bytes) {
        return core.mayAnswerUnproven(client, bytes, System.nanoTime());
    }

    void flushLater(Outlet outlet) {
        unflushed.add(outlet);
    }

    /**
     * One socket has been read. The burst ends when the event loop has read all that are ready: packets that came to many
     * relay sockets then leave through the socket of their clients with one system call.
     */
    void readEnds() {
        socketsRead++;
        if (socketsRead >= MAX_SOCKETS_PER_BURST) {
            burstEnds();
        } else if (!burstEndIsQueued) {
            burstEndIsQueued = true;
            loop.execute(queuedBurstEnd);
        }
    }

    private void queuedBurstEnds() {
        burstEndIsQueued = false;
        burstEnds();
    }

    /** Everything that one burst of reads has caused goes out, with one system call per socket where the platform can. */
    void burstEnds() {
        socketsRead = 0;
        drain(); // time has passed in the core, too, and may have ended allocations
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
        timer.rearm();
    }

    // --- control: what the core wants done ---

    /** Does what the core wants done. */
    void drain() {
        for (TurnCommand command = core.poll(); command != null; command = core.poll()) {
            switch (command) {
                case TurnCommand.SendToClient send -> {
                    ClientEnd end = ends.find(send.local(), send.client());
                    if (end != null) {
                        end.sendControl(send.datagram());
                    }
                }
                case TurnCommand.OpenRelaySocket open -> open(open.socket());
                case TurnCommand.CloseRelaySocket close -> close(close.socket());
                case TurnCommand.Tcp tcp -> tcpRelays.execute(tcp);
            }
        }
    }

    boolean hasAllocation(ServerAddress local, TransportAddress client) {
        return core.hasAllocation(client, local);
    }

    /** A client's connection has ended, and with it what it had here. */
    void disconnected(ServerAddress local, TransportAddress client) {
        if (!closing) {
            core.clientDisconnected(client, local, System.nanoTime());
            burstEnds();
        }
    }

    private void open(RelaySocket relaySocket) {
        Listener at = relayListener(relaySocket);
        if (at == null) {
            core.relaySocketFailed(relaySocket, System.nanoTime());
            return;
        }
        if (relaySocket.transport() == RelayTransport.TCP) {
            tcpRelays.listen(relaySocket, at);
            return;
        }
        udpRelays.open(relaySocket, at);
    }

    /** The one at which the client came in, if it relays that family. */
    private @Nullable Listener relayListener(RelaySocket relaySocket) {
        IpAddress.Family family = relaySocket.family();
        IpAddress clientSide = relaySocket.clientSide().address().ip();
        for (Listener listener : listeners) {
            if (listener.bind().equals(clientSide) && listener.relay().family() == family) {
                return listener;
            }
        }
        for (Listener listener : relayListeners) {
            if (listener.relay().family() == family) {
                return listener;
            }
        }
        return null; // the core was told a family that this node does not relay
    }

    private void close(RelaySocket relaySocket) {
        if (relaySocket.attachment() instanceof RelayedSocket socket) {
            udpRelays.close(relaySocket, socket);
        } else {
            tcpRelays.close(relaySocket);
        }
    }

    /** Asks something of the core, or tells it something, from any thread. */
    <T> CompletableFuture<T> administer(ShardTask<T> task) {
        CompletableFuture<T> done = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                try {
                    T result = task.run(core.administration(), System.nanoTime());
                    burstEnds();
                    done.complete(result);
                } catch (RuntimeException e) {
                    done.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) { // the server is about to end
            done.completeExceptionally(e);
        }
        return done;
    }

    // --- the rest ---

    /** How sockets of this shard hear of ICMP errors, if they can. */
    @Nullable ErrorQueue errors() {
        return errors;
    }

    ReceiveSlabs slabs() {
        return slabs;
    }

    void captured(InetSocketAddress from, InetSocketAddress to, ByteBuf datagram) {
        if (capture != null) {
            capture.datagram(from, to, datagram.nioBuffer());
        }
    }

    boolean isCapturing() {
        return capture != null;
    }

    Transport transport() {
        return transport;
    }

    /** What its sockets gave up. */
    DropCounts drops() {
        return drops;
    }

    ClientPorts clientPorts() {
        return clientPorts;
    }

    ClientEnds ends() {
        return ends;
    }

    Connections connections() {
        return connections;
    }

    Collection<ClientSocket> clientSockets() {
        return ends.sockets();
    }

    Collection<RelayedSocket> relayedSockets() {
        return udpRelays.sockets();
    }

    /** Closes what clients come in by, then the relay sockets. To be called on the event loop. */
    void close() {
        closing = true;
        timer.stop();
        clientPorts.close();
        connections.close();
        burstEnds();
        clientPorts.closeDtls();
        udpRelays.close();
        tcpRelays.close();
        slabs.close();
        counters = snapshot();
    }
}
