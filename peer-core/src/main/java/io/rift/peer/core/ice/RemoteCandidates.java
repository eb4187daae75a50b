package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The peer's candidates: what it signalled, and where its authentic checks came from. */
final class RemoteCandidates {

    /** Signalled candidates beyond these are ignored: each one is an address that we send checks to on a peer's word. */
    static final int MAX_SIGNALLED = 32;

    /** Peer-reflexive candidates beyond these take the place of one that leads nowhere. */
    static final int MAX_PEER_REFLEXIVE = 16;

    static final int MAX_CANDIDATES = MAX_SIGNALLED + MAX_PEER_REFLEXIVE;

    private final Map<TransportAddress, Candidate> candidateByAddress = new LinkedHashMap<>();
    private int signalled;
    private int peerReflexive;

    @Nullable Candidate find(TransportAddress address) {
        return candidateByAddress.get(address);
    }

    /** All, in the order in which they came. */
    List<Candidate> all() {
        return List.copyOf(candidateByAddress.values());
    }

    /** Whether the peer may signal no more. */
    boolean isFull() {
        return signalled >= MAX_SIGNALLED;
    }

    /** Adds or replaces what the peer signalled. */
    void signalled(Candidate candidate) {
        Candidate before = candidateByAddress.put(candidate.address(), candidate);
        signalled++;
        if (before != null) {
            peerReflexive--;
        }
    }

    /**
     * RFC 8445 section 7.3.1.3: the source of a check is no candidate that we know, so it is one now.
     *
     * @param priority the PRIORITY of the check
     * @param isInUse tells candidates that must stay
     * @return {@code null} when there is no room
     */
    @Nullable Candidate learn(TransportAddress address, long priority, Predicate<Candidate> isInUse) {
        if (peerReflexive >= MAX_PEER_REFLEXIVE && !forgetOne(isInUse)) {
            return null;
        }
        // "The foundation of the candidate is set to an arbitrary value, different from the foundations of all other
        // remote candidates." A dash is no ice-char, so no signalled one can be equal.
        Candidate candidate = new Candidate(CandidateType.PRFLX, address, address, priority, "-" + address);
        candidateByAddress.put(address, candidate);
        peerReflexive++;
        return candidate;
    }

    private boolean forgetOne(Predicate<Candidate> isInUse) {
        for (Candidate candidate : candidateByAddress.values()) {
            if (candidate.type() == CandidateType.PRFLX && !isInUse.test(candidate)) {
                candidateByAddress.remove(candidate.address());
                peerReflexive--;
                return true;
            }
        }
        return false;
    }
}
