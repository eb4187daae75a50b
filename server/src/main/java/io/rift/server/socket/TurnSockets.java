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
import io.rift.server.core.turn.TurnCounters;
import io.rift.server.core.turn.TurnServer;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** All UDP sockets of the server, open from birth until {@link #close()}. */
public final class TurnSockets implements AutoCloseable {

    /**
     * What to open.
     *
     * @param listeners the addresses
     * @param ipv4Listener whose relay address clients over IPv6 share, as relays are IPv4; null if there is none
     * @param turnPort port for STUN and TURN on each, 0 for any
     * @param stunPort port for STUN Binding alone on each, 0 for any
     * @param shards event loops
     */
    public record Settings(
            List<Listener> listeners, @Nullable Listener ipv4Listener, int turnPort, int stunPort, int shards) {

        /** Takes a copy. */
        public Settings {
            listeners = List.copyOf(listeners);
        }
    }

    /** Any free port must be free on every address: so often another one is tried. */
    private static final int MAX_PORT_TRIES = 16;

    private static final String TURN_KEY = "rift.turn.port";
    private static final String STUN_KEY = "rift.stun.second-port";
    private static final long CLOSE_SECONDS = 2;

    private final MultiThreadIoEventLoopGroup group;
    private final List<Shard> shards = new ArrayList<>();
    private final List<Listener> listeners;
    private final int turnPort;
    private final int stunPort;
    private boolean closed;

    private TurnSockets(
            Settings settings, IntFunction<TurnServer> coreByShards, LiveRelays relays, @Nullable Capture capture) {
        Transport transport = Transport.best();
        int count = shardCount(settings.shards(), transport);
        listeners = settings.listeners();
        group = new MultiThreadIoEventLoopGroup(
                count, new DefaultThreadFactory("rift-shard"), transport.ioHandlerFactory());
        try {
            for (int i = 0; i < count; i++) {
                EventLoop loop = group.next();
                shards.add(new Shard(
                        loop,
                        transport,
                        coreByShards.apply(count),
                        relays,
                        listeners,
                        settings.ipv4Listener(),
                        capture));
            }
            turnPort = listen(TURN_KEY, settings.turnPort(), false);
            stunPort = listen(STUN_KEY, settings.stunPort(), true);
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

    private static int shardCount(int wanted, Transport transport) {
        if (wanted > 1 && !transport.canShareAPort()) {
            throw new ConfigurationException(
                    "rift.turn.shards=" + wanted + ": more than 1 needs Linux with epoll, which is not available here");
        }
        return wanted;
    }

    /** Binds one port on every address and shard; returns it. */
    private int listen(String key, int port, boolean bindingOnly) {
        for (int attempt = 1; ; attempt++) {
            List<ClientSocket> opened = new ArrayList<>();
            Listener current = listeners.getFirst();
            int chosen = port;
            try {
                for (Listener listener : listeners) {
                    current = listener;
                    if (chosen != 0 && shards.size() > 1) {
                        requireFree(listener, chosen);
                    }
                    for (Shard shard : shards) {
                        ClientSocket socket = await(shard.listen(listener, chosen, bindingOnly, shards.size() > 1));
                        opened.add(socket);
                        chosen = socket.local().address().port();
                    }
                }
                return chosen;
            } catch (ExecutionException e) {
                Throwable cause = Objects.requireNonNull(e.getCause());
                opened.forEach(ClientSocket::stop);
                if (port != 0 || !isInUse(cause) || attempt == MAX_PORT_TRIES) {
                    throw refusal(key, chosen, current, cause);
                }
            }
        }
    }

    /** Sockets that share a port would join those of another server on it, and take half of its clients. */
    private static void requireFree(Listener listener, int port) throws ExecutionException {
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.bind(new InetSocketAddress(listener.bind().toInetAddress(), port));
        } catch (SocketException e) {
            throw new ExecutionException(e);
        }
    }

    private static boolean isInUse(Throwable cause) {
        return says("ddress already in use", cause);
    }

    /** The transports throw different exceptions; what they have in common is the system's text. */
    private static boolean says(String text, Throwable cause) {
        return String.valueOf(cause.getMessage()).contains(text);
    }

    private static ConfigurationException refusal(String key, int port, Listener listener, Throwable cause) {
        String setting = key + "=" + port;
        String reason;
        if (isInUse(cause)) {
            reason = ": this UDP port is in use by another program, on " + listener.bind();
        } else if (says("ssign requested address", cause)) {
            setting = "rift.turn.bind-addresses=" + listener.bind();
            reason = ": this machine has no such address";
        } else if (says("ermission denied", cause)) {
            reason = ": this user may not open this UDP port";
        } else {
            reason = ": cannot listen on " + listener.bind() + ": " + cause.getMessage();
        }
        return new ConfigurationException(setting + reason, cause);
    }

    private static <T> T await(Future<T> future) throws ExecutionException {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigurationException("interrupted while opening sockets", e);
        }
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

    /** The transport addresses of all sockets for clients, each once. */
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
        List<ShardCounters> all = shards.stream().map(Shard::counters).toList();
        TurnCounters turn = all.getFirst().turn().snapshot();
        Map<SocketDrop, Long> drops = new EnumMap<>(SocketDrop.class);
        for (int i = 0; i < all.size(); i++) {
            if (i > 0) {
                turn.add(all.get(i).turn());
            }
            all.get(i).socketDrops().forEach((reason, count) -> drops.merge(reason, count, Long::sum));
        }
        return new ShardCounters(turn, drops);
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
                Callable<Boolean> listens = shard::listens;
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
        } catch (ExecutionException | TimeoutException | java.util.concurrent.RejectedExecutionException e) {
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
        var _ = group.shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS);
        group.terminationFuture().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}
