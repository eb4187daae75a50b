package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.NatKind;
import java.nio.ByteBuffer;

/** What a {@link Gatherer} wants done, or wants known. */
public sealed interface GathererOutput {

    /**
     * Send a datagram from the gatherer's socket.
     *
     * @param to the STUN server
     * @param datagram between position and limit, a STUN Binding request
     */
    record Transmit(TransportAddress to, ByteBuffer datagram) implements GathererOutput {}

    /**
     * A new local candidate: give it to every agent and trickle it to their peers.
     *
     * @param candidate the candidate
     */
    record Gathered(Candidate candidate) implements GathererOutput {}

    /**
     * A candidate is no longer ours: the NAT mapped us anew, or the allocation is gone.
     *
     * @param candidate a candidate that was gathered before
     */
    record Withdrawn(Candidate candidate) implements GathererOutput {}

    /**
     * A server that had seen us at one address now sees us at another. {@code Withdrawn} and {@code Gathered} tell the
     * consequence for candidates; this says that the network changed under us.
     *
     * @param before the mapped address until now
     * @param now the mapped address from now on
     */
    record MappedAddressChanged(TransportAddress before, TransportAddress now) implements GathererOutput {}

    /**
     * We know more about the NAT.
     *
     * @param kind its mapping behaviour
     */
    record NatKindChanged(NatKind kind) implements GathererOutput {}

    /** Every server answered or had its time: end-of-candidates as far as this socket is concerned. Comes once. */
    record GatheringComplete() implements GathererOutput {}
}
