package io.rift.peer;

import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * An encrypted line to one authenticated peer.
 *
 * <p>{@linkplain #send Messages} arrive whole, in order and exactly once, or the connection ends. {@linkplain
 * #sendDatagram Datagrams} may be lost, doubled never, and overtake each other. Both survive a change of the path.
 */
public final class Connection implements AutoCloseable {

    /** The longest message in bytes. */
    public static final int MAX_MESSAGE_BYTES = 65_536;

    /** The longest unreliable datagram in bytes. */
    public static final int MAX_DATAGRAM_BYTES = 1_100;

    Connection() {}

    /** Who is at the other end: proved by its signature over the handshake, not by what a server said. */
    public PeerId remotePeerId() {
        return pending(PeerId.class);
    }

    /** The other peer's fingerprint, to be compared by voice. */
    public String fingerprint() {
        return remotePeerId().fingerprint();
    }

    /** How packets travel at this moment. */
    public ConnectionPath path() {
        return pending(ConnectionPath.class);
    }

    /** The smoothed round trip time over the current path. */
    public Duration roundTripTime() {
        return pending(Duration.class);
    }

    /** The cipher suite of the session, for example {@code X25519-AES-256-GCM}. */
    public String suite() {
        return pending(String.class);
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
        pending(Void.class);
    }

    /** Sends what lies between position and limit as one message; the position moves to the limit. */
    public void send(ByteBuffer message) {
        pending(Void.class);
    }

    /** Sends text as UTF-8 in one message. */
    public void send(String message) {
        pending(Void.class);
    }

    /**
     * The twin of {@link #send(byte[])}: the future completes when the message has its place in the send buffer. Messages
     * leave in the order of the calls.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_MESSAGE_BYTES}
     * @throws IllegalStateException if 1,024 messages already wait for the send buffer: wait for their futures
     */
    public CompletableFuture<Void> sendAsync(byte[] message) {
        pending(Void.class);
        return new CompletableFuture<>();
    }

    /**
     * Sends one datagram, encrypted and authenticated like everything else, without retransmission: for what is worthless
     * when late.
     *
     * @throws IllegalArgumentException if it is longer than {@link #MAX_DATAGRAM_BYTES}
     * @throws PeerException.Closed if the connection is closed
     */
    public void sendDatagram(byte[] datagram) {
        pending(Void.class);
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
        return pending(Message.class);
    }

    /** As {@link #receive()}, but empty when no message came in time. */
    public Optional<Message> receive(Duration timeout) {
        pending(Void.class);
        return Optional.empty();
    }

    /**
     * From now on, gives every message to the listener, in order and one at a time, on a virtual thread; the next is taken
     * when the listener returns, which slows the other side down to its pace. An exception of the listener is logged.
     *
     * @throws IllegalStateException if there is a listener already
     */
    public void onMessage(Consumer<Message> listener) {
        pending(Void.class);
    }

    /** Gives every datagram to the listener; without one, and while it lags behind by 256, datagrams are dropped. */
    public void onDatagram(Consumer<Message> listener) {
        pending(Void.class);
    }

    /** Calls the listener whenever the path changes, with the new one. */
    public void onPathChange(Consumer<ConnectionPath> listener) {
        pending(Void.class);
    }

    /** Calls the listener once when the connection is closed, at once if it is. */
    public void onClose(Consumer<CloseReason> listener) {
        pending(Void.class);
    }

    /** Whether messages can be sent. */
    public boolean isOpen() {
        return pending(Boolean.class);
    }

    /** Counts so far. */
    public ConnectionStatistics statistics() {
        return pending(ConnectionStatistics.class);
    }

    /**
     * Closes the connection: waits up to 3 seconds until the other side has every message, then tells it, so that it does
     * not have to find out. A second call does nothing.
     */
    @Override
    public void close() {
        pending(Void.class);
    }

    private static <T> T pending(Class<T> type) {
        throw new UnsupportedOperationException("lands with the endpoint: " + type);
    }
}
