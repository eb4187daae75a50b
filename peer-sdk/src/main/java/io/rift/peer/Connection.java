package io.rift.peer;

import io.rift.peer.core.session.ConnectionId;
import io.rift.peer.core.session.Endpoint;
import io.rift.protocol.PeerId;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted line to one authenticated peer.
 *
 * <p>{@linkplain #send Messages} arrive whole, in order and exactly once, or the connection ends. {@linkplain
 * #sendDatagram Datagrams} may be lost, doubled never, and overtake each other. Both survive a change of the path.
 */
public final class Connection implements AutoCloseable {

    /** The longest message in bytes. */
    public static final int MAX_MESSAGE_BYTES = Endpoint.MAX_MESSAGE_BYTES;

    /** The longest unreliable datagram in bytes. */
    public static final int MAX_DATAGRAM_BYTES = Endpoint.MAX_DATAGRAM_BYTES;

    /** Of a connection whose end was not told any more. */
    private static final io.rift.peer.core.session.ConnectionStatistics UNKNOWN =
            new io.rift.peer.core.session.ConnectionStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final int MAX_WAITING_SENDS = 1_024;

    /** Datagrams that came, and that the listener has not taken. */
    private static final int MAX_WAITING_DATAGRAMS = 256;

    /** Datagrams that go, and that the loop has not taken. */
    private static final int MAX_QUEUED_DATAGRAMS = 256;

    /** A message that waits for the send buffer. */
    private static final class Send {
        final byte[] message;
        final CompletableFuture<Void> done = new CompletableFuture<>();

        Send(byte[] message) {
            this.message = message;
        }
    }

    private final PeerRuntime runtime;
    private final PeerLoop loop;
    private final ConnectionId id;
    private final PeerId remotePeerId;
    private final Suite suite;
    private final Inbox inbox;
    private final SerialExecutor events;
    private final SerialExecutor datagrams;
    private final AtomicInteger waitingSends = new AtomicInteger();
    private final AtomicInteger waitingDatagrams = new AtomicInteger();
    private final AtomicInteger queuedDatagrams = new AtomicInteger();
    private final CompletableFuture<CloseReason> closed = new CompletableFuture<>();

    /** Belongs to the loop's thread. */
    private final Queue<Send> sends = new ArrayDeque<>();

    private volatile ConnectionPath path;

    /** The application called close. */
    private volatile boolean closing;

    private volatile @Nullable Consumer<Message> datagramListener;
    private volatile @Nullable Consumer<ConnectionPath> pathListener;
    private volatile io.rift.peer.core.session.@Nullable ConnectionStatistics lastStatistics;

    Connection(PeerRuntime runtime, ConnectionId id, PeerId remotePeerId, Suite suite, ConnectionPath path) {
        this.runtime = runtime;
        this.loop = runtime.loop();
        this.id = id;
        this.remotePeerId = remotePeerId;
        this.suite = suite;
        this.path = path;
        inbox = new Inbox(runtime.threads(), this::consumed);
        events = new SerialExecutor(runtime.threads());
        datagrams = new SerialExecutor(runtime.threads());
    }

    /** Who is at the other end: proved by its signature over the handshake, not by what a server said. */
    public PeerId remotePeerId() {
        return remotePeerId;
    }

    /** The other peer's fingerprint, to be compared by voice. */
    public String fingerprint() {
        return remotePeerId.fingerprint();
    }

    /** How packets travel at this moment, or did last. */
    public ConnectionPath path() {
        return path;
    }

    /** The smoothed round trip time over the current path, or the last one. */
    public Duration roundTripTime() {
        return Duration.ofNanos(readStatistics().roundTripNanos());
    }

    /** The cipher suite of the session, for example {@code X25519-AES-256-GCM}. */
    public String suite() {
        return suite.name().replace("AES_256_GCM", "AES-256-GCM").replace('_', '-');
    }

    /**
     * Sends a message, and waits while the send buffer is full because the other side or the path is slower. When this
     * returns the message is on its way, not yet there. The array may be reused afterwards.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE_BYTES}
     * @throws PeerException.Closed if the connection is closed
     * @throws java.util.concurrent.CancellationException if the calling thread is interrupted; its interrupt status is
     *     then set and the message may or may not be sent
     */
    public void send(byte[] message) {
        Waiting.forResult(enqueue(message.clone()));
    }

    /** Sends what lies between position and limit as one message; the position moves to the limit. */
    public void send(ByteBuffer message) {
        byte[] copy = new byte[message.remaining()];
        message.get(copy);
        Waiting.forResult(enqueue(copy));
    }

    /** Sends text as UTF-8 in one message. */
    public void send(String message) {
        Waiting.forResult(enqueue(message.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The twin of {@link #send(byte[])}: the future completes when the message has its place in the send buffer. Messages
     * leave in the order of the calls.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE_BYTES}
     * @throws IllegalStateException if 1,024 messages already wait for the send buffer: wait for their futures
     */
    public CompletableFuture<Void> sendAsync(byte[] message) {
        if (waitingSends.get() >= MAX_WAITING_SENDS) {
            throw new IllegalStateException(
                    MAX_WAITING_SENDS + " messages already wait for the send buffer; wait for their futures");
        }
        return enqueue(message.clone()).thenRunAsync(() -> {}, runtime.threads());
    }

    private CompletableFuture<Void> enqueue(byte[] message) {
        if (message.length > MAX_MESSAGE_BYTES) {
            throw new IllegalArgumentException(
                    "a message has at most " + MAX_MESSAGE_BYTES + " bytes, not " + message.length);
        }
        Send send = new Send(message);
        waitingSends.incrementAndGet();
        boolean taken = isOpen()
                && loop.execute(() -> {
                    sends.add(send);
                    sendWaiting();
                });
        if (!taken) {
            waitingSends.decrementAndGet();
            send.done.completeExceptionally(closedException());
        }
        return send.done;
    }

    /** Gives the endpoint as much as it takes. On the loop's thread. */
    void sendWaiting() {
        for (Send next = sends.peek(); next != null; next = sends.peek()) {
            if (closed.isDone()) {
                next.done.completeExceptionally(closedException());
            } else if (loop.endpoint().send(id, next.message, loop.nowNanos())) {
                next.done.complete(null);
            } else {
                return; // SendBufferFreed will call again
            }
            sends.remove();
            waitingSends.decrementAndGet();
        }
    }

    private PeerException closedException() {
        // Without a reason yet: either close() was called, or the loop ends and is about to give one.
        CloseReason expected = closing ? CloseReason.CLOSED_HERE : CloseReason.PEER_CLOSED_HERE;
        return new PeerException.Closed("the connection to " + remotePeerId, closed.getNow(expected));
    }

    /**
     * Sends one datagram, encrypted and authenticated like everything else, without retransmission: for what is worthless
     * when late. While 256 of them wait for the I/O thread, more are dropped.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_DATAGRAM_BYTES}
     * @throws PeerException.Closed if the connection is closed
     */
    public void sendDatagram(byte[] datagram) {
        if (datagram.length > MAX_DATAGRAM_BYTES) {
            throw new IllegalArgumentException(
                    "a datagram has at most " + MAX_DATAGRAM_BYTES + " bytes, not " + datagram.length);
        }
        if (!isOpen()) {
            throw closedException();
        }
        if (queuedDatagrams.incrementAndGet() > MAX_QUEUED_DATAGRAMS) {
            queuedDatagrams.decrementAndGet();
            return; // lost, as any datagram may be
        }
        byte[] copy = datagram.clone();
        boolean taken = loop.execute(() -> {
            queuedDatagrams.decrementAndGet();
            loop.endpoint().sendDatagram(id, PayloadKind.BULK, 0, copy, loop.nowNanos());
        });
        if (!taken) {
            throw closedException();
        }
    }

    /**
     * The next message; waits for it. Messages that arrived before the connection closed are still delivered.
     *
     * @throws PeerException.Closed if the connection is closed and every message was taken
     * @throws IllegalStateException if {@link #onMessage} has a listener
     * @throws java.util.concurrent.CancellationException if the calling thread is interrupted; its interrupt status is
     *     then set
     */
    public Message receive() {
        Message message = inbox.take(null);
        if (message == null) {
            throw closedException();
        }
        return message;
    }

    /** As {@link #receive()}, but empty when no message came in time. */
    public Optional<Message> receive(Duration timeout) {
        Message message = inbox.take(timeout);
        if (message == null && inbox.isOver()) {
            throw closedException();
        }
        return Optional.ofNullable(message);
    }

    /**
     * From now on, gives every message to the listener, in order and one at a time, on a virtual thread; the next is taken
     * when the listener returns, which slows the other side down to its pace. An exception of the listener is logged.
     *
     * @throws IllegalStateException if there is a listener already
     */
    public void onMessage(Consumer<Message> listener) {
        inbox.listener(Objects.requireNonNull(listener, "listener"));
    }

    /** Gives every datagram to the listener; without one, and while it lags behind by 256, datagrams are dropped. */
    public void onDatagram(Consumer<Message> listener) {
        datagramListener = Objects.requireNonNull(listener, "listener");
    }

    /** Calls the listener whenever the path changes, with the new one. */
    public void onPathChange(Consumer<ConnectionPath> listener) {
        pathListener = Objects.requireNonNull(listener, "listener");
    }

    /**
     * Calls the listener once when the connection is closed, at once if it is. If {@link #onMessage} has a listener, it
     * gets the last message and returns first; without one, messages may still be there to {@link #receive()}.
     */
    public void onClose(Consumer<CloseReason> listener) {
        Objects.requireNonNull(listener, "listener");
        var unused =
                closed.thenAccept(reason -> inbox.afterDelivered(() -> events.execute(() -> listener.accept(reason))));
    }

    /** Whether messages can be sent. */
    public boolean isOpen() {
        return !closing && !closed.isDone();
    }

    /** Counts so far. */
    public ConnectionStatistics statistics() {
        return ConnectionStatistics.of(readStatistics());
    }

    private io.rift.peer.core.session.ConnectionStatistics readStatistics() {
        CompletableFuture<io.rift.peer.core.session.ConnectionStatistics> result = new CompletableFuture<>();
        boolean taken = loop.execute(() -> {
            var current = loop.endpoint().statistics(id);
            if (current != null) {
                result.complete(current);
            } else {
                result.complete(Objects.requireNonNullElse(lastStatistics, UNKNOWN));
            }
        });
        if (!taken) {
            closed.join();
            return Objects.requireNonNullElse(lastStatistics, UNKNOWN);
        }
        return Waiting.forResult(result);
    }

    /**
     * Closes the connection: waits up to 3 seconds until the other side has every message, then tells it, so that it does
     * not have to find out. A second call does nothing; an interrupt ends the waiting, not the closing.
     */
    @Override
    public void close() {
        CompletableFuture<Void> done = closeAsync();
        try {
            done.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("closing never fails", e);
        }
    }

    /** The twin of {@link #close()}. */
    public CompletableFuture<Void> closeAsync() {
        if (!closing) {
            closing = true;
            loop.execute(() -> loop.endpoint().close(id, loop.nowNanos()));
        }
        return closed.thenRunAsync(() -> {}, runtime.threads());
    }

    private void consumed() {
        loop.execute(() -> loop.endpoint().consumed(id, loop.nowNanos()));
    }

    void received(ByteBuffer message) {
        inbox.add(Message.of(message));
    }

    void datagramReceived(ByteBuffer datagram) {
        Consumer<Message> listener = datagramListener;
        if (listener != null && waitingDatagrams.get() < MAX_WAITING_DATAGRAMS) {
            waitingDatagrams.incrementAndGet();
            Message message = Message.of(datagram);
            datagrams.execute(() -> {
                waitingDatagrams.decrementAndGet();
                listener.accept(message);
            });
        }
    }

    void pathChanged(ConnectionPath newPath) {
        path = newPath;
        Consumer<ConnectionPath> listener = pathListener;
        if (listener != null) {
            events.execute(() -> listener.accept(newPath));
        }
    }

    /** The peer ends before the connection could. On the loop's thread. */
    void abandoned() {
        var statistics = loop.endpoint().statistics(id);
        closed(CloseReason.PEER_CLOSED_HERE, statistics == null ? UNKNOWN : statistics);
    }

    /** The connection is over. On the loop's thread. */
    void closed(CloseReason reason, io.rift.peer.core.session.ConnectionStatistics statistics) {
        lastStatistics = statistics;
        closed.complete(reason); // and closing stays as it is: it says that this side wants the end
        sendWaiting();
        inbox.close();
    }

    /** Who is at the other end; nothing of the content. */
    @Override
    public String toString() {
        return "Connection[" + remotePeerId + ", " + path.type() + (isOpen() ? "" : ", closed") + "]";
    }
}
