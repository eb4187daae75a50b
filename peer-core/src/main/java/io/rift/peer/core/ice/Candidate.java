package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathKind;
import io.rift.protocol.TransportAddress;

/**
 * A transport address at which a peer may be reached.
 *
 * @param kind its type
 * @param address where the other side sends to
 * @param base what sends: the socket's local address, for a relayed candidate the relayed address itself. Of a remote
 *     candidate it is unknown and equals {@code address}
 * @param priority 1 to 2^31 - 1, higher is better
 * @param foundation 1 to 32 characters of RFC 8839; equal for candidates whose checks tend to share their fate
 */
public record Candidate(
        CandidateKind kind, TransportAddress address, TransportAddress base, long priority, String foundation) {

    /** Rift has one component: RTP's second one is history. */
    static final int COMPONENT = 1;

    /** The largest priority, RFC 8445 section 5.1.2. */
    public static final long MAX_PRIORITY = (1L << 31) - 1;

    private static final int MAX_FOUNDATION_LENGTH = 32;

    /**
     * Checks the bounds of RFC 8445.
     *
     * @throws IllegalArgumentException if priority or foundation are out of them
     */
    public Candidate {
        if (priority < 1 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("a candidate's priority is 1 to 2^31 - 1, not " + priority);
        }
        if (!isFoundation(foundation)) {
            throw new IllegalArgumentException("a foundation is 1 to 32 of A-Z a-z 0-9 + /, not '" + foundation + "'");
        }
    }

    /** A candidate that the other side signalled. */
    public static Candidate remote(CandidateKind kind, TransportAddress address, long priority, String foundation) {
        return new Candidate(kind, address, address, priority, foundation);
    }

    /** Whether the text can be a foundation: {@code 1*32ice-char} of RFC 8839 section 5.1. */
    public static boolean isFoundation(String text) {
        return !text.isEmpty() && text.length() <= MAX_FOUNDATION_LENGTH && IceCredentials.isIceChars(text);
    }

    /** The kind of the path between this candidate and another: the worse of the two. */
    PathKind pathKindTo(Candidate remote) {
        PathKind mine = kind.pathKind();
        PathKind theirs = remote.kind.pathKind();
        return mine.compareTo(theirs) >= 0 ? mine : theirs;
    }
}
