package io.rift.peer.core.path;

import io.rift.protocol.rendezvous.CandidateType;

/** Classes of paths between which no round trip time counts. Best first. */
public enum PathTier {
    /** No NAT between the two. */
    HOST,
    /** Through NATs, directly. */
    REFLEXIVE,
    /** Through one relayed transport address: one detour. */
    RELAYED,
    /** From one relayed transport address to another. */
    RELAYED_TWICE;

    /** The tier of a path between candidates of these types. */
    public static PathTier of(CandidateType local, CandidateType remote) {
        boolean isLocalRelay = local == CandidateType.RELAY;
        boolean isRemoteRelay = remote == CandidateType.RELAY;
        if (isLocalRelay || isRemoteRelay) {
            return isLocalRelay && isRemoteRelay ? RELAYED_TWICE : RELAYED;
        }
        return local == CandidateType.HOST && remote == CandidateType.HOST ? HOST : REFLEXIVE;
    }

    /** Whether this is a better class. */
    public boolean isBetterThan(PathTier other) {
        return compareTo(other) < 0;
    }
}
