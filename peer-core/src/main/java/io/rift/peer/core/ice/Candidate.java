package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.IceCandidate;

/**
 * A transport address at which a peer may be reached.
 *
 * @param type how it was learned
 * @param address where the other side sends to
 * @param base what sends: the socket's local address, for a relayed candidate the relayed address itself. Of a remote
 *     candidate it is unknown and equals {@code address}
 * @param priority 1 to 2^31 - 1, higher is better
 * @param foundation 1 to 32 ice-chars of RFC 8839; equal for candidates whose checks tend to share their fate
 */
public record Candidate(
        CandidateType type, TransportAddress address, TransportAddress base, long priority, String foundation) {

    /** The largest priority, RFC 8445 section 5.1.2. */
    public static final long MAX_PRIORITY = (1L << 31) - 1;

    /** Rift has one component: RTP's second one is history. */
    private static final int COMPONENT = 1;

    private static final int MAX_LOCAL_PREFERENCE = 65_535;

    /**
     * Checks the priority.
     *
     * @throws IllegalArgumentException if the priority is out of its bounds
     */
    public Candidate {
        if (priority < 1 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("a candidate's priority is 1 to 2^31 - 1, not " + priority);
        }
    }

    /** A candidate that the peer signalled. */
    public static Candidate remote(IceCandidate signalled) {
        TransportAddress address = signalled.address();
        return new Candidate(signalled.type(), address, address, signalled.priority(), signalled.foundation());
    }

    /** This candidate as it travels through the rendezvous, without a related address: that would tell more of us. */
    public IceCandidate toSignal() {
        return new IceCandidate(foundation, type, priority, address, null);
    }

    /** The priority of RFC 8445 section 5.1.2.1 for our only component. */
    static long priority(CandidateType type, int localPreference) {
        if (localPreference < 0 || localPreference > MAX_LOCAL_PREFERENCE) {
            throw new IllegalArgumentException("a local preference is 0 to 65535, not " + localPreference);
        }
        return ((long) typePreference(type) << 24) | ((long) localPreference << 8) | (256 - COMPONENT);
    }

    /** The local preference that is part of the priority. */
    int localPreference() {
        return (int) (priority >>> 8) & MAX_LOCAL_PREFERENCE;
    }

    // RFC 8445 section 5.1.2.2 recommends 126, 110, 100 and 0.
    private static int typePreference(CandidateType type) {
        return switch (type) {
            case HOST -> 126;
            case PRFLX -> 110;
            case SRFLX -> 100;
            case RELAY -> 0;
        };
    }
}
