package io.rift.peer.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One allocation at one TURN server, its permissions and its channels.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}. Permissions and
 * channels that carry nothing are not refreshed, so nobody has to give them back.
 */
public final class TurnClient {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Room that {@link #wrap} needs before the payload: a Send indication to an IPv6 peer. */
    public static final int HEADROOM_BYTES = 48;

    /** Room that {@link #wrap} needs behind the payload: the padding of an attribute. */
    public static final int TAILROOM_BYTES = 3;

    private final TransportAddress server;

    /**
     * A client that does nothing before {@link #allocate}.
     *
     * @param server where to allocate
     * @param credentials ours
     * @param random a cryptographic source for transaction ids
     */
    public TurnClient(TransportAddress server, TurnCredentials credentials, RandomGenerator random) {
        this.server = server;
    }

    /** The server: datagrams from here go to {@code handle...}, {@link TurnOutput.Transmit} goes there. */
    public TransportAddress server() {
        return server;
    }

    /** Asks for an allocation. While there is one, or one is being made, nothing happens. */
    public void allocate(long nowNanos) {}

    /** Fresh credentials, for the next request. */
    public void credentials(TurnCredentials credentials, long nowNanos) {}

    /** Asks for a permission; answered at once when there is one. */
    public void requestPermission(IpAddress peer, long nowNanos) {}

    /** Asks for a channel; answered at once when there is one. */
    public void bindChannel(TransportAddress peer, long nowNanos) {}

    /** The relayed transport address while there is an allocation. */
    public @Nullable TransportAddress relayedAddress() {
        return null;
    }

    /**
     * Makes the payload a datagram for the server: writes ChannelData's 4 bytes in front of it where a channel is bound,
     * else a Send indication's 36 or 48, and moves the position (and the limit, by the padding).
     *
     * @param datagram payload between position and limit, with {@link #HEADROOM_BYTES} before and {@link
     *     #TAILROOM_BYTES} behind it
     * @return whether the datagram can be sent: there is an allocation and a permission for the peer
     */
    public boolean wrap(ByteBuffer datagram, TransportAddress peer, long nowNanos) {
        return false;
    }

    /**
     * A ChannelData message from the server.
     *
     * @return the peer that sent the payload, to which the datagram's position and limit are narrowed; {@code null} when
     *     it is dropped
     */
    public @Nullable TransportAddress handleChannelData(ByteBuffer datagram, long nowNanos) {
        return null;
    }

    /**
     * A STUN message from the server, but for Binding responses.
     *
     * @param message the message
     * @param datagram its bytes
     * @return the peer that sent the payload of a Data indication, to which the datagram's position and limit are
     *     narrowed; {@code null} when the message was for the client itself or is dropped
     */
    public @Nullable TransportAddress handleStun(StunMessage message, ByteBuffer datagram, long nowNanos) {
        return null;
    }

    /** Deletes the allocation. {@link TurnOutput.Closed} comes when that is done or given up. */
    public void close(long nowNanos) {}

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {}

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        return NEVER;
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable TurnOutput poll() {
        return null;
    }
}
