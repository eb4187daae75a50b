package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.peerpolicy.PeerPolicy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The server side of STUN (RFC 8489) and TURN (RFC 8656) over UDP as a state machine without sockets, threads and
 * clock. One instance is one shard: it belongs to one event loop and shares nothing.
 *
 * <p>After every input the shell drains {@link #poll()} and reads {@link #nextTimeoutNanos()} again. {@code nowNanos}
 * is a monotonic time that never goes back between calls; {@code wallSeconds} is Unix time.
 */
public final class TurnServer {

    /** Room that {@link #handleRelayedDatagram} needs in front of a peer's payload, in bytes. */
    public static final int HEADROOM_BYTES = 48;

    /** Room that it needs behind the payload, in bytes. */
    public static final int TAILROOM_BYTES = 3;

    /** What {@link #nextTimeoutNanos()} answers when nothing is waiting for time to pass. */
    public static final long NO_TIMEOUT = Long.MAX_VALUE;

    private final TurnCounters counters = new TurnCounters();
    private final Queue<TurnCommand> commands = new ArrayDeque<>();

    /**
     * A server without allocations.
     *
     * @param config bounds and times
     * @param authenticator knows the users and makes the nonces
     * @param policy which peers may be reached
     * @param relayed the node's own addresses
     * @param random chooses ports, tokens and transaction ids; a shell passes a SecureRandom
     */
    public TurnServer(
            TurnServerConfig config,
            Authenticator authenticator,
            PeerPolicy policy,
            RelayedAddresses relayed,
            RandomGenerator random) {}

    /**
     * Takes a datagram from a client. When it carries data for a peer, the answer is where to send it, and the
     * datagram's position and limit then enclose the application data. Otherwise the answer is null and
     * {@link #poll()} may have commands.
     *
     * @param client where it came from
     * @param local the server's transport address at which it arrived
     * @param datagram from position to limit; its content is not changed
     */
    public @Nullable Route handleClientDatagram(
            TransportAddress client, TransportAddress local, ByteBuffer datagram, long nowNanos, long wallSeconds) {
        return null;
    }

    /**
     * Takes a datagram from a peer. When the allocation's client shall have it, the core writes the ChannelData or Data
     * indication header in front of the payload and moves the buffer's position (and for padding its limit), and the
     * answer is where to send position to limit. Otherwise the datagram was dropped and counted, and the answer is null.
     *
     * @param socket where it arrived
     * @param peer where it came from
     * @param buffer the payload from position to limit, with at least {@link #HEADROOM_BYTES} before the position and
     *     {@link #TAILROOM_BYTES} between limit and capacity
     * @throws IllegalArgumentException if the buffer lacks that room
     */
    public @Nullable ClientPath handleRelayedDatagram(
            RelaySocket socket, TransportAddress peer, ByteBuffer buffer, long nowNanos) {
        return null;
    }

    /**
     * A relay socket is open.
     *
     * @param socket of the command
     * @param relayed its transport address as peers see it
     */
    public void relaySocketOpened(RelaySocket socket, TransportAddress relayed, long nowNanos) {}

    /** A relay socket could not be opened; the core tries another port or refuses the allocation. */
    public void relaySocketFailed(RelaySocket socket, long nowNanos) {}

    /** Time has passed: ends what has expired. Calling too early or too often does no harm. */
    public void handleTimeout(long nowNanos) {}

    /** When to call {@link #handleTimeout} at the latest, or {@link #NO_TIMEOUT}. */
    public long nextTimeoutNanos() {
        return NO_TIMEOUT;
    }

    /** The next command, or null when there is none. */
    public @Nullable TurnCommand poll() {
        return commands.poll();
    }

    /** The counters, which change with every input. */
    public TurnCounters counters() {
        return counters;
    }
}
