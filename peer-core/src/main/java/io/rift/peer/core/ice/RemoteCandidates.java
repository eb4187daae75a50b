package io.rift.peer.core.ice;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The peer's candidates: what it signalled, and where its authentic checks came from. */
final class RemoteCandidates {

    /** Signalled candidates beyond these are ignored: each one is an address that we send checks to on a peer's word. */
    static final int MAX_SIGNALLED = 32;

    /** Peer-reflexive candidates beyond these take the place of one that leads nowhere. */
    static final int MAX_PEER_REFLEXIVE = 16;

    /**
     * How long a peer-reflexive candidate may stay before another takes its place, once there is no more room. Two NATs
     * that map every destination anew and filter nothing give each check a source of its own and its answer another
     * one: each check reveals a candidate that leads nowhere, and triggers the next check, for ever.
     */
    static final long REPLACEMENT_INTERVAL_NANOS = Duration.ofSeconds(5).toNanos();

    static final int MAX_CANDIDATES = MAX_SIGNALLED + MAX_PEER_REFLEXIVE;

    private final Map<TransportAddress, Candidate> candidateByAddress = new LinkedHashMap<>();
    private int signalled;
    private int peerReflexive;
    private long lastLearnedNanos;

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

    /** Whether a further peer-reflexive candidate needs the place of another. */
    boolean isPeerReflexiveFull() {
        return peerReflexive >= MAX_PEER_REFLEXIVE;
    }

    /** Whether it is time to let one take the place of another. */
    boolean mayReplace(long nowNanos) {
        return nowNanos - lastLearnedNanos >= REPLACEMENT_INTERVAL_NANOS;
    }

    /**
     * RFC 8445 section 7.3.1.3: the source of a check is no candidate that we know, so it is one now.
     *
     * @param priority the PRIORITY of the check
     */
    Candidate learn(TransportAddress address, long priority, long nowNanos) {
        lastLearnedNanos = nowNanos;
        // "The foundation of the candidate is set to an arbitrary value, different from the foundations of all other
        // remote candidates." A dash is no ice-char, so no signalled one can be equal.
        Candidate candidate = new Candidate(CandidateType.PRFLX, address, address, priority, "-" + address);
        candidateByAddress.put(address, candidate);
        peerReflexive++;
        return candidate;
    }

    /** Makes room for another peer-reflexive candidate. */
    void forget(Candidate peerReflexiveCandidate) {
        candidateByAddress.remove(peerReflexiveCandidate.address());
        peerReflexive--;
    }
}
