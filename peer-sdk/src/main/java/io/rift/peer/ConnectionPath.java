package io.rift.peer;

import io.rift.peer.core.ice.CandidatePair;
import java.net.InetSocketAddress;

/**
 * The candidate pair that carries a connection at this moment. It can change while the connection lives, and only after
 * a check over the new pair succeeded.
 *
 * @param type how packets travel
 * @param local our candidate: an address of this host, the NAT's mapping, or the relayed transport address
 * @param remote the other peer's candidate
 */
public record ConnectionPath(PathType type, InetSocketAddress local, InetSocketAddress remote) {

    static ConnectionPath of(CandidatePair pair) {
        return new ConnectionPath(
                PathType.of(pair.pathKind()),
                pair.local().address().toSocketAddress(),
                pair.remoteAddress().toSocketAddress());
    }

    /** Whether no relay is on the way. */
    public boolean direct() {
        return type != PathType.RELAYED;
    }
}
