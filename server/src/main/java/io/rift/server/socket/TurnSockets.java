package io.rift.server.socket;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.capture.Capture;
import io.rift.server.config.ConfigurationException;
import io.rift.server.core.discovery.DiscoveryAddresses;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.socket.PortBinder.Protocol;
import io.rift.server.tls.ServerCertificates;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** All sockets of the server for STUN and TURN, open from birth until {@link #close()}. */
public final class TurnSockets implements AutoCloseable {

    /**
     * What to open.
     *
     * @param listeners the addresses
     * @param relayListeners at most one of a family: whose relay address clients over the other family share
     * @param turnPort port for STUN and TURN on each, 0 for any
     * @param stunPort port for STUN Binding alone on each, 0 for any
     * @param connections what to open for clients over TCP and TLS
     * @param shards event loops
     */
    public record Settings(
            List<Listener> listeners,
            List<Listener> relayListeners,
            int turnPort,
            int stunPort,
            ConnectionSettings connections,
            int shards) {

        /** Takes copies. */
        public Settings {
            listeners = List.copyOf(listeners);
            relayListeners = List.copyOf(relayListeners);
        }
    }

    /** The number of a port that is not open. */
    public static final int NONE = 0;

    private static final String TURN_KEY = "rift.turn.port";
    private static final String STUN_KEY = "rift.stun.second-port";
    private static final String TCP_KEY = "rift.turn.tcp.port";
    private static final String TLS_KEY = "rift.turn.tls.port";
    private static final String DTLS_KEY = "rift.turn.dtls.port";
    private static final long CLOSE_SECONDS = 2;
    private static final long ADMINISTRATION_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final MultiThreadIoEventLoopGroup group;
    private final List<Shard> shards = new ArrayList<>();
    private final List<Listener> listeners;
    private final int turnPort;
    private final int stunPort;
    private final int tcpPort;
    private final int tlsPort;
    private final int dtlsPort;
    private @Nullable TlsHandshakes tls;
    private boolean closed;

    private TurnSockets(
            Settings settings, IntFunction<TurnServer> coreByShards, LiveRelays relays, @Nullable Capture capture) {
        Transport transport = Transport.best();
        int count = shardCount(settings.shards(), transport);
        listeners = settings.listeners();
        group = new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("rift-shard"), transport.ioHandlerFactory());
        ConnectionLimits limits = new ConnectionLimits(settings.connections().bounds());
        try {
            for (int i = 0; i < count; i++) {
                EventLoop loop = group.next();
                shards.add(new Shard(
                        loop,
                        transport,
                        coreByShards.apply(count),
                        relays,
                        listeners,
                        settings.relayListeners(),
                        new Connections(settings.connections().bounds(), limits),
                        capture));
            }
            PortBinder binder = new PortBinder(listeners, shards);
            boolean shared = count > 1;
            turnPort = binder.bind(
                    TURN_KEY,
                    settings.turnPort(),
                    Protocol.UDP,
                    (shard, listener, port) -> shard.clientPorts().open(listener, port, false, shared));
            stunPort = binder.bind(
                    STUN_KEY,
                    settings.stunPort(),
                    Protocol.UDP,
                    (shard, listener, port) -> shard.clientPorts().open(listener, port, true, shared));
            ConnectionSettings connections = settings.connections();
            tls = connections.certificates() == null ? null : new TlsHandshakes(connections.certificates());
            tcpPort = listen(binder, TCP_KEY, connections.tcpPort(), connections, null);
            tlsPort = tls == null ? NONE : listen(binder, TLS_KEY, connections.tlsPort(), connections, tls);
            dtlsPort = connections.certificates() == null || connections.dtlsPort() < 0
                    ? NONE
                    : bindDtls(binder, connections, connections.certificates());
            shards.forEach(Shard::start);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens everything.
     *
     * @param coreByShards makes the core of one shard, given how many shards there are
     * @param relays learns which relayed transport addresses live
     * @param capture sees every datagram, if there is one
     * @throws ConfigurationException if a socket cannot be opened
     */
    public static TurnSockets open(
            Settings settings, IntFunction<TurnServer> coreByShards, LiveRelays relays, @Nullable Capture capture) {
        return new TurnSockets(settings, coreByShards, relays, capture);
    }

    /** Whether the sockets can be told to set the DF bit of a datagram. */
    public static boolean setDontFragment() {
        return Transport.best().setsDontFragment();
    }

    private int listen(
            PortBinder binder, String key, int port, ConnectionSettings settings, @Nullable TlsHandshakes begin) {
        boolean shared = shards.size() > 1;
        return port < 0
                ? NONE
                : binder.bind(
                        key,
                        port,
                        Protocol.TCP,
                        (shard, listener, chosen) ->
                                StreamListener.open(shard, listener, chosen, settings.trustedProxies(), begin, shared));
    }

    private int bindDtls(PortBinder binder, ConnectionSettings settings, ServerCertificates certificates) {
        boolean shared = shards.size() > 1;
        DtlsHandshakes handshakes = new DtlsHandshakes(
                certificates, Math.toIntExact(settings.bounds().messageTimeout().toMillis()));
        return binder.bind(
                DTLS_KEY,
                settings.dtlsPort(),
                Protocol.UDP,
                (shard, listener, port) -> shard.clientPorts().open(listener, port, handshakes, shared));
    }

    private static int shardCount(int wanted, Transport transport) {
        if (wanted > 1 && !transport.canShareAPort()) {
            throw new ConfigurationException(
                    "rift.turn.shards=" + wanted + ": more than 1 needs Linux with epoll, which is not available here");
        }
        return wanted;
    }

    /** From now on answers Binding requests at these addresses as RFC 5780 says. */
    public void discover(DiscoveryAddresses addresses) {
        shards.forEach(shard -> shard.loop().execute(() -> shard.discover(addresses)));
    }

    /** The port for STUN and TURN. */
    public int turnPort() {
        return turnPort;
    }

    /** The port for STUN Binding alone. */
    public int stunPort() {
        return stunPort;
    }

    /** The port for STUN and TURN over TCP, or {@link #NONE}. */
    public int tcpPort() {
        return tcpPort;
    }

    /** The port for STUN and TURN over TLS, or {@link #NONE}. */
    public int tlsPort() {
        return tlsPort;
    }

    /** The port for STUN and TURN over DTLS, or {@link #NONE}. */
    public int dtlsPort() {
        return dtlsPort;
    }

    /** The transport addresses of all UDP sockets for clients, each once. */
    public List<TransportAddress> listening() {
        List<TransportAddress> listening = new ArrayList<>();
        for (Listener listener : listeners) {
            listening.add(new TransportAddress(listener.bind(), turnPort));
            listening.add(new TransportAddress(listener.bind(), stunPort));
        }
        return listening;
    }

    /** What all shards have done, at most a moment ago. */
    public ShardCounters counters() {
        return ShardCounters.sum(shards.stream().map(Shard::counters).toList());
    }

    /** How many event loops there are. */
    public int shards() {
        return shards.size();
    }

    /**
     * Runs a task on every shard at once, and waits for the answers in their order.
     *
     * @throws IllegalStateException if a shard does not answer in time, as the server ends or is overloaded
     * @throws ShardTaskException if the task fails on a shard
     */
    public <T> List<T> administerAll(ShardTask<T> task) {
        return administerAll(task, ADMINISTRATION_NANOS);
    }

    <T> List<T> administerAll(ShardTask<T> task, long timeoutNanos) {
        List<CompletableFuture<T>> answers =
                shards.stream().map(shard -> shard.administer(task)).toList();
        answer(CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new)), timeoutNanos);
        return answers.stream().map(CompletableFuture::join).toList();
    }

    /**
     * Runs a task on one shard and waits for the answer.
     *
     * @throws IllegalStateException if the shard does not answer in time, as the server ends or is overloaded
     * @throws ShardTaskException if the task fails
     */
    public <T> T administer(int shard, ShardTask<T> task) {
        return answer(shards.get(shard).administer(task), ADMINISTRATION_NANOS);
    }

    private static <T> T answer(CompletableFuture<T> future, long timeoutNanos) {
        try {
            return future.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while an event loop was asked", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("an event loop did not answer", e);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (cause instanceof RejectedExecutionException) {
                throw new IllegalStateException("an event loop has ended", e);
            }
            throw new ShardTaskException(cause);
        }
    }

    Shard shard(int index) {
        return shards.get(index);
    }

    /**
     * Whether every event loop answers in time and has all its sockets open. Blocks.
     *
     * @param timeoutMillis how long to wait in all
     */
    public boolean shardsAreAlive(long timeoutMillis) {
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        try {
            List<Future<Boolean>> answers = new ArrayList<>();
            for (Shard shard : shards) {
                Callable<Boolean> listens = () -> shard.clientPorts().areOpen();
                answers.add(shard.loop().submit(listens));
            }
            for (Future<Boolean> answer : answers) {
                if (!answer.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            return false;
        }
    }

    /** Closes the sockets for clients, the relay sockets and the event loops, in this order. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        shards.forEach(shard -> shard.loop().execute(shard::close));
        if (tls != null) {
            tls.close();
        }
        var _ = group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        group.terminationFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
