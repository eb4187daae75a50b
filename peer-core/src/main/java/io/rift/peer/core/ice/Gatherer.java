package io.rift.peer.core.ice;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.stun.StunMessage;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Learns the candidates of one socket, keeps its NAT mapping alive, and tells the mapping behaviour of the NAT.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}.
 */
public final class Gatherer {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * A gatherer that does nothing before {@link #start}.
     *
     * @param base the local address of the socket as the shell names it, wildcard or not
     * @param random a cryptographic source for transaction ids
     */
    public Gatherer(TransportAddress base, RandomGenerator random) {}

    /**
     * Begins to gather.
     *
     * @param hostAddresses addresses of this machine at which the socket can be reached, best first
     * @param stunServers servers to ask, best first; two ports of one server tell the NAT kind
     */
    public void start(List<IpAddress> hostAddresses, List<TransportAddress> stunServers, long nowNanos) {}

    /**
     * A Binding response.
     *
     * @return whether it answers a request of this gatherer; else it is somebody else's
     */
    public boolean handleStun(TransportAddress from, StunMessage message, long nowNanos) {
        return false;
    }

    /** The TURN client of this socket got an allocation. */
    public void allocated(TransportAddress relayedAddress, TransportAddress server) {}

    /** The TURN client of this socket lost its allocation. */
    public void allocationLost(TransportAddress relayedAddress) {}

    /** The candidates that are ours now, for a new agent. */
    public List<Candidate> candidates() {
        return List.of();
    }

    /** Whether {@link GathererOutput.GatheringComplete} was due. */
    public boolean isComplete() {
        return false;
    }

    /** What is known of the NAT. */
    public NatKind natKind() {
        return NatKind.UNKNOWN;
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {}

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        return NEVER;
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable GathererOutput poll() {
        return null;
    }
}
