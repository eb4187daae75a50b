package io.rift.peer.core.session;

import io.rift.peer.core.ice.Candidate;
import io.rift.peer.core.ice.Gatherer;
import io.rift.peer.core.ice.GathererOutput;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What all connections of an endpoint share: one socket, the candidates that lead to it, and the allocation. With
 * {@link IceTransportPolicy#RELAY} it is also the place that lets nothing pass between us and a peer directly.
 */
final class LocalTransport implements Relay.Listener {

    /** What connections want to know. */
    interface Listener {
        void candidateGathered(Candidate candidate);

        void candidateWithdrawn(Candidate candidate);

        void permissionInstalled(IpAddress peer);

        void permissionRefused(IpAddress peer);

        void credentialsNeeded();
    }

    private final TransportAddress base;
    private final List<IpAddress> hostAddresses;
    private final IceTransportPolicy policy;
    private final Outbox outbox;
    private final Listener listener;
    private final Gatherer gatherer;
    private final Relay relay;
    private List<TransportAddress> stunServers = List.of();
    private boolean gathering;

    LocalTransport(
            TransportAddress base,
            List<IpAddress> hostAddresses,
            IceTransportPolicy policy,
            RandomGenerator random,
            Outbox outbox,
            Listener listener) {
        this.base = base;
        this.hostAddresses = List.copyOf(hostAddresses);
        this.policy = policy;
        this.outbox = outbox;
        this.listener = listener;
        gatherer = new Gatherer(base, random);
        relay = new Relay(random, outbox, this);
    }

    Relay relay() {
        return relay;
    }

    TransportAddress base() {
        return base;
    }

    NatKind natKind() {
        return gatherer.natKind();
    }

    /** Gathers with these servers; once, unless they change. */
    void gather(List<TransportAddress> servers, long nowNanos) {
        if (!gathering || !servers.equals(stunServers)) {
            gathering = true;
            stunServers = servers;
            gatherer.start(hostAddresses, servers, nowNanos);
        }
    }

    /** The candidates that may be told to others. */
    List<Candidate> candidates() {
        return gatherer.candidates().stream().filter(this::mayBeUsed).toList();
    }

    /** Whether no more candidates are to be expected. */
    boolean isComplete() {
        return gathering && gatherer.isComplete() && relay.isSettled();
    }

    private boolean mayBeUsed(Candidate candidate) {
        return switch (policy) {
            case ALL -> true;
            case RELAY -> candidate.type() == CandidateType.RELAY;
        };
    }

    /** Whether a datagram that came directly from a peer may be looked at. */
    boolean acceptsDirect() {
        return policy == IceTransportPolicy.ALL;
    }

    /** Sends to a peer; through the relay, or directly where that is allowed. */
    void transmit(boolean isViaRelay, TransportAddress to, ByteBuffer datagram, long nowNanos) {
        if (isViaRelay) {
            relay.transmit(to, datagram, nowNanos);
        } else if (acceptsDirect()) {
            outbox.transmit(to, datagram);
        }
    }

    /** Whether the Binding response was for us. */
    boolean handleBindingResponse(TransportAddress from, StunMessage message, long nowNanos) {
        return gatherer.handleStun(from, message, nowNanos);
    }

    /** Drains gatherer and relay; whether there was anything. */
    boolean drain(long nowNanos) {
        boolean any = relay.drain(nowNanos);
        for (GathererOutput output = gatherer.poll(); output != null; output = gatherer.poll()) {
            any = true;
            switch (output) {
                case GathererOutput.Transmit(TransportAddress to, ByteBuffer datagram) -> outbox.transmit(to, datagram);
                case GathererOutput.Gathered(Candidate candidate) -> {
                    if (mayBeUsed(candidate)) {
                        listener.candidateGathered(candidate);
                    }
                }
                case GathererOutput.Withdrawn(Candidate candidate) -> {
                    if (mayBeUsed(candidate)) {
                        listener.candidateWithdrawn(candidate);
                    }
                }
                case GathererOutput.MappedAddressChanged ignored -> {}
                case GathererOutput.NatKindChanged ignored -> {}
                case GathererOutput.GatheringComplete ignored -> {}
            }
        }
        return any;
    }

    @Override
    public void allocated(TransportAddress relayed, TransportAddress server) {
        gatherer.allocated(relayed, server);
    }

    @Override
    public void allocationLost(TransportAddress relayed) {
        gatherer.allocationLost(relayed);
    }

    @Override
    public void permissionInstalled(IpAddress peer) {
        listener.permissionInstalled(peer);
    }

    @Override
    public void permissionRefused(IpAddress peer) {
        listener.permissionRefused(peer);
    }

    @Override
    public void credentialsNeeded() {
        listener.credentialsNeeded();
    }

    long nextTimeoutNanos() {
        return Deadlines.earlier(gatherer.nextTimeoutNanos(), relay.nextTimeoutNanos());
    }

    void handleTimeout(long nowNanos) {
        gatherer.handleTimeout(nowNanos);
        relay.handleTimeout(nowNanos);
    }
}
