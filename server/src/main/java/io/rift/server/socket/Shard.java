package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.concurrent.Future;
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
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop, one core, and the sockets that belong to them. Only {@link #counters()} is for other threads. */
final class Shard {

    private static final Logger LOG = LoggerFactory.getLogger(Shard.class);

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
    private final Set<StreamListener> streamListeners = new LinkedHashSet<>();
    private final UdpRelays udpRelays;
    private final TcpRelays tcpRelays;
    private final Set<DtlsSocket> dtlsSockets = new LinkedHashSet<>();
    private final List<Outlet> unflushed = new ArrayList<>();
    private final Runnable queuedBurstEnd = this::queuedBurstEnds;
    private final Map<SocketDrop, long[]> drops = new EnumMap<>(SocketDrop.class);

    private @Nullable Future<?> timer;
    private long timerNanos;
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
        for (SocketDrop reason : SocketDrop.values()) {
            drops.put(reason, new long[1]);
        }
        counters = snapshot();
    }

    EventLoop loop() {
        return loop;
    }

    /** What the shard has done, at most a moment ago. */
    ShardCounters counters() {
        return counters;
    }

    /**
     * Opens a socket for clients.
     *
     * @param port to bind, 0 for any
     * @return the bound socket, or the reason why there is none
     */
    Future<ClientSocket> listen(Listener listener, int port, boolean bindingOnly, boolean sharesItsPort) {
        return open(listener, port, sharesItsPort, channel -> {
            ClientSocket socket = new ClientSocket(this, channel, bindingOnly);
            ends.add(socket);
            return socket;
        });
    }

    /** Opens a socket for clients over DTLS; the arguments are those of {@link #listen}. */
    Future<DtlsSocket> listen(Listener listener, int port, DtlsHandshakes handshakes, boolean sharesItsPort) {
        return open(listener, port, sharesItsPort, channel -> {
            DtlsSocket socket = new DtlsSocket(this, channel, listener, handshakes);
            dtlsSockets.add(socket);
            return socket;
        });
    }

    private <S extends ShardSocket> Future<S> open(
            Listener listener, int port, boolean sharesItsPort, Function<DatagramChannel, S> bound) {
        var opened = loop.<S>newPromise();
        loop.execute(() -> {
            DatagramChannel channel;
            try {
                channel = transport.clientSocket(listener.bind().family(), slabs, sharesItsPort);
            } catch (ChannelException e) {
                opened.setFailure(e);
                return;
            }
            bind(channel, new InetSocketAddress(listener.bind().toInetAddress(), port))
                    .addListener((ChannelFuture done) -> {
                        if (done.isSuccess()) {
                            S socket = bound.apply(channel);
                            channel.pipeline().addLast(socket);
                            opened.setSuccess(socket);
                        } else {
                            var _ = channel.close();
                            opened.setFailure(Objects.requireNonNull(done.cause()));
                        }
                    });
        });
        return opened;
    }

    /** Closes a socket for clients whose port is given up again, from any thread. */
    void forget(ClientSocket socket) {
        loop.execute(() -> {
            ends.remove(socket);
            socket.close();
        });
    }

    /** The same for DTLS. */
    void forget(DtlsSocket socket) {
        loop.execute(() -> {
            dtlsSockets.remove(socket);
            socket.close();
        });
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
        Map<SocketDrop, Long> dropsSoFar = new EnumMap<>(SocketDrop.class);
        drops.forEach((reason, count) -> dropsSoFar.put(reason, count[0]));
        return new ShardCounters(
                core.counters().snapshot(), dropsSoFar, connections.openByTransport(), connections.ends());
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
            drop(SocketDrop.EMPTY);
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
        rearm();
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

    private void rearm() {
        long nextNanos = core.nextTimeoutNanos();
        if (nextNanos == TurnServer.NO_TIMEOUT || closing) {
            return;
        }
        if (timer != null) {
            if (nextNanos - timerNanos >= 0) {
                return; // the armed one comes first, and looks again
            }
            timer.cancel(false);
        }
        timerNanos = nextNanos;
        timer = loop.schedule(this::timePassed, Math.max(0, nextNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void timePassed() {
        timer = null;
        core.handleTimeout(System.nanoTime());
        burstEnds();
    }

    // --- what goes wrong ---

    void drop(SocketDrop reason) {
        Objects.requireNonNull(drops.get(reason))[0]++;
    }

    void sendFailed(Throwable cause) {
        drop(SocketDrop.SEND_FAILED);
        LOG.debug("a datagram could not be sent", cause);
    }

    /** A bug: the datagram is given up, the shard goes on. Logged ever more rarely, as the sender may repeat it. */
    void failed(RuntimeException bug) {
        drop(SocketDrop.INTERNAL_ERROR);
        if (Long.bitCount(Objects.requireNonNull(drops.get(SocketDrop.INTERNAL_ERROR))[0]) == 1) {
            LOG.error("an error in this server, a datagram was given up", bug);
        }
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

    ClientEnds ends() {
        return ends;
    }

    Connections connections() {
        return connections;
    }

    Set<StreamListener> listening() {
        return streamListeners;
    }

    Collection<ClientSocket> clientSockets() {
        return ends.sockets();
    }

    Collection<RelayedSocket> relayedSockets() {
        return udpRelays.sockets();
    }

    /** Whether every socket for clients is open. To be asked on the event loop. */
    boolean listens() {
        return ends.sockets().stream().allMatch(ShardSocket::isOpen)
                && dtlsSockets.stream().allMatch(ShardSocket::isOpen)
                && streamListeners.stream().allMatch(StreamListener::isOpen);
    }

    /** Closes what clients come in by, then the relay sockets. To be called on the event loop. */
    void close() {
        closing = true;
        if (timer != null) {
            timer.cancel(false);
        }
        ends.sockets().forEach(ShardSocket::close);
        streamListeners.forEach(StreamListener::close);
        connections.close();
        burstEnds();
        dtlsSockets.forEach(ShardSocket::close);
        udpRelays.close();
        tcpRelays.close();
        slabs.close();
        counters = snapshot();
    }
}
