package io.rift.server.core.rendezvous;

import io.rift.protocol.rendezvous.RendezvousErrorCode;
import java.util.Map;

/**
 * Counters at one moment.
 *
 * @param connections open connections
 * @param unauthenticatedConnections those of them that have not signed in
 * @param sessions sessions that are open or await a report
 * @param signIns connections that ever signed in
 * @param introductions calls that ever reached the called peer
 * @param messages texts that ever arrived
 * @param errorsByCode typed errors ever sent; a code that never was is absent
 */
public record RendezvousSnapshot(
        int connections,
        int unauthenticatedConnections,
        int sessions,
        long signIns,
        long introductions,
        long messages,
        Map<RendezvousErrorCode, Long> errorsByCode) {

    /** Takes a copy. */
    public RendezvousSnapshot {
        errorsByCode = Map.copyOf(errorsByCode);
    }

    /** Peers that can be called. */
    public int signedInPeers() {
        return connections - unauthenticatedConnections;
    }
}
