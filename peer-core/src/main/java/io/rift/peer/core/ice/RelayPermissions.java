package io.rift.peer.core.ice;

import io.rift.protocol.IpAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Queue;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Which addresses the TURN client may send to. */
final class RelayPermissions {

    /** Twice the remote candidates that there can be at a time; the oldest is forgotten first. */
    private static final int MAX_PEERS = 2 * RemoteCandidates.MAX_CANDIDATES;

    private enum State {
        ASKED,
        INSTALLED,
        REFUSED
    }

    private final SequencedMap<IpAddress, State> stateByPeer = new LinkedHashMap<>();
    private final Queue<IpAddress> needed = new ArrayDeque<>();

    /** A pair through the relay wants to be checked. */
    void need(IpAddress peer) {
        if (!stateByPeer.containsKey(peer)) {
            needAgain(peer);
        }
    }

    /** Asks again: it may have lapsed, or the server may have changed its mind. */
    void needAgain(IpAddress peer) {
        if (stateByPeer.put(peer, State.ASKED) != State.ASKED) {
            needed.add(peer);
        }
        if (stateByPeer.size() > MAX_PEERS) {
            stateByPeer.pollFirstEntry();
        }
    }

    /** The next address to ask for, or {@code null}. */
    @Nullable IpAddress pollNeeded() {
        return needed.poll();
    }

    void installed(IpAddress peer) {
        stateByPeer.replace(peer, State.INSTALLED);
    }

    void refused(IpAddress peer) {
        stateByPeer.replace(peer, State.REFUSED);
    }

    boolean isInstalled(IpAddress peer) {
        return stateByPeer.get(peer) == State.INSTALLED;
    }

    /** The allocation is gone. */
    void clear() {
        stateByPeer.clear();
        needed.clear();
    }
}
