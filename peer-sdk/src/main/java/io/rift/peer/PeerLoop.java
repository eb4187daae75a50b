package io.rift.peer;

import io.rift.peer.core.session.Endpoint;
import io.rift.peer.core.session.EndpointOutput;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Selector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that touches the {@link Endpoint} and the socket. Everything else hands it tasks; what the endpoint
 * tells goes to the owner, on this thread.
 */
final class PeerLoop {

    /** What the loop does besides the endpoint's work. All methods are called on the loop's thread. */
    interface Owner {
        void handle(EndpointOutput event);

        /** When {@link #handleTimeout} wants to be called, or {@link Endpoint#NEVER}. */
        long nextTimeoutNanos();

        void handleTimeout(long nowNanos);

        /** The loop has ended, in order or by a fault; its socket is closed. */
        void ended();
    }

    private static final Logger LOG = LoggerFactory.getLogger(PeerLoop.class);

    /** No datagram that we read is longer: 1,200 bytes of ours, and what TURN puts in front. */
    private static final int MAX_DATAGRAM_BYTES = 2_048;

    /** Datagrams that are read before timers and tasks have their turn. */
    private static final int MAX_BURST = 64;

    /** Tasks that are run before the socket and timers have their turn. */
    static final int MAX_TASKS = 256;

    private static final int MAX_CACHED_ADDRESSES = 256;

    private final DatagramChannel channel;
    private final Selector selector;
    private final Endpoint endpoint;
    private final Owner owner;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean wakeUpPending = new AtomicBoolean();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final ByteBuffer input = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
    private final Map<TransportAddress, InetSocketAddress> socketAddresses = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<TransportAddress, InetSocketAddress> eldest) {
            return size() > MAX_CACHED_ADDRESSES;
        }
    };
    private volatile boolean ending;
    private volatile boolean ended;

    PeerLoop(DatagramChannel channel, Selector selector, Endpoint endpoint, Owner owner) {
        this.channel = channel;
        this.selector = selector;
        this.endpoint = endpoint;
        this.owner = owner;
        thread = Thread.ofPlatform().daemon().name("rift-peer-io").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    long nowNanos() {
        return System.nanoTime();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** Runs a task on the loop's thread; false if the loop is ending and will not. */
    boolean execute(Runnable task) {
        if (ending) {
            return false;
        }
        tasks.add(task);
        if (ended && tasks.remove(task)) {
            return false; // it came after the last tasks were run
        }
        if (Thread.currentThread() != thread && wakeUpPending.compareAndSet(false, true)) {
            selector.wakeup();
        }
        return true;
    }

    /** Ends the loop after the tasks that it has. */
    void end() {
        ending = true;
        selector.wakeup();
    }

    /** Waits until the thread is gone, which it is at once after its owner knows; an interrupt ends the waiting. */
    void awaitEnd() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Completes when the thread has done its last task: whoever comes after it may read what was the loop's. */
    CompletableFuture<Void> over() {
        return over;
    }

    private void run() {
        try {
            serve();
        } finally {
            over.complete(null);
        }
    }

    private void serve() {
        try (channel;
                selector) {
            while (!ending) {
                select();
                runTasks();
                receive();
                handleTimeouts();
                drain();
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("the peer's I/O thread ends by a fault; the peer is closed", e);
        } finally {
            ending = true;
            owner.ended();
            ended = true;
            while (!tasks.isEmpty()) {
                runTasks(); // what was handed over while we were ending finds everything closed
            }
        }
    }

    private void select() throws IOException {
        long next = earlier(endpoint.nextTimeoutNanos(), owner.nextTimeoutNanos());
        if (!tasks.isEmpty() || isDue(next, nowNanos())) {
            selector.selectNow();
        } else if (next == Endpoint.NEVER) {
            selector.select();
        } else {
            long waitNanos = Math.max(0, next - nowNanos());
            selector.select(TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1);
        }
        selector.selectedKeys().clear();
    }

    private void runTasks() {
        wakeUpPending.set(false);
        for (int i = 0; i < MAX_TASKS; i++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            task.run();
            drain();
        }
    }

    private void receive() {
        for (int i = 0; i < MAX_BURST; i++) {
            input.clear();
            SocketAddress source;
            try {
                source = channel.receive(input);
            } catch (IOException e) {
                // Some systems report here that an earlier datagram could not be delivered.
                LOG.debug("receiving failed", e);
                return;
            }
            if (source == null) {
                return;
            }
            input.flip();
            if (source instanceof InetSocketAddress from && input.limit() < MAX_DATAGRAM_BYTES) {
                endpoint.handleDatagram(TransportAddress.of(from), input, nowNanos());
                drain();
            }
        }
    }

    private void handleTimeouts() {
        long now = nowNanos();
        if (isDue(endpoint.nextTimeoutNanos(), now)) {
            endpoint.handleTimeout(now);
        }
        if (isDue(owner.nextTimeoutNanos(), now)) {
            owner.handleTimeout(now);
        }
    }

    private void drain() {
        for (EndpointOutput output = endpoint.poll(); output != null; output = endpoint.poll()) {
            if (output instanceof EndpointOutput.TransmitDatagram(TransportAddress to, ByteBuffer datagram)) {
                send(to, datagram);
            } else {
                owner.handle(output);
            }
        }
    }

    private void send(TransportAddress to, ByteBuffer datagram) {
        try {
            // A datagram that does not fit the socket's buffer is lost, as any datagram may be.
            channel.send(datagram, socketAddresses.computeIfAbsent(to, TransportAddress::toSocketAddress));
        } catch (IOException | IllegalArgumentException e) {
            // What is no IOException: an address that the channel cannot reach, such as an IPv6 one over IPv4. Others
            // name the addresses that we send to, so none may end the loop.
            LOG.debug("a datagram was not sent: {}", e.toString());
        }
    }

    static boolean isDue(long atNanos, long nowNanos) {
        return atNanos != Endpoint.NEVER && nowNanos - atNanos >= 0;
    }

    static long earlier(long one, long other) {
        if (one == Endpoint.NEVER || other == Endpoint.NEVER) {
            return one == Endpoint.NEVER ? other : one;
        }
        return one - other <= 0 ? one : other;
    }
}
