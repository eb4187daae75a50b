package io.rift.peer.core.ice;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ICE agent of one connection: one data stream, one component.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}.
 */
public final class IceAgent {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Long.MAX_VALUE;

    private final IceCredentials localCredentials;
    private Role role;

    /**
     * An agent that has nothing yet.
     *
     * @param config timers
     * @param role controlling for the side that connects
     * @param localCredentials ours, which the rendezvous carries to the peer
     * @param random a cryptographic source for transaction ids and the tie-breaker
     */
    public IceAgent(IceConfig config, Role role, IceCredentials localCredentials, RandomGenerator random) {
        this.localCredentials = localCredentials;
        this.role = role;
    }

    /** Our credentials: the user name fragment finds the agent for an incoming request. */
    public IceCredentials localCredentials() {
        return localCredentials;
    }

    /** The current role; a conflict can change it. */
    public Role role() {
        return role;
    }

    /** Adds one of our candidates, which the caller also signals to the peer. A redundant one is ignored. */
    public void addLocalCandidate(Candidate candidate, long nowNanos) {}

    /** Takes a candidate back that the gatherer withdrew. Pairs whose base has no other candidate fail. */
    public void removeLocalCandidate(Candidate candidate, long nowNanos) {}

    /** No more local candidates will come. */
    public void endOfLocalCandidates(long nowNanos) {}

    /** The peer's credentials: checks can begin. A repetition is ignored. */
    public void remoteCredentials(IceCredentials credentials, long nowNanos) {}

    /** Adds a candidate that the peer signalled. Beyond the bound, or unusable, it is ignored and counted. */
    public void addRemoteCandidate(Candidate candidate, long nowNanos) {}

    /** No more remote candidates will come. */
    public void endOfRemoteCandidates(long nowNanos) {}

    /** Whether a Binding response with this id is for {@link #handleStun} of this agent. */
    public boolean awaits(TransactionId transactionId) {
        return false;
    }

    /**
     * A Binding request whose USERNAME begins with our fragment and a colon, or a response that this agent awaits.
     *
     * @param base the socket it came in at, or our relayed transport address
     * @param from its source; for a relayed datagram the peer that the TURN server names
     */
    public void handleStun(TransportAddress base, TransportAddress from, StunMessage message, long nowNanos) {}

    /** The TURN client may now send to this address. */
    public void permissionInstalled(IpAddress peer, long nowNanos) {}

    /** The TURN server does not let us send to this address. */
    public void permissionRefused(IpAddress peer, long nowNanos) {}

    /** The pair that data should use now, or {@code null} while none is valid. */
    public @Nullable CandidatePair selectedPair() {
        return null;
    }

    /** Smoothed round trip time of the selected pair's checks, or -1 when there is none. */
    public long roundTripNanos() {
        return -1;
    }

    /** Whether data from this source over this base comes along a path that a check has proved. */
    public boolean isValidPath(TransportAddress base, TransportAddress from) {
        return false;
    }

    /** Stops. Nothing is sent any more and every input is ignored. */
    public void close() {}

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {}

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        return NEVER;
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable IceOutput poll() {
        return null;
    }
}
