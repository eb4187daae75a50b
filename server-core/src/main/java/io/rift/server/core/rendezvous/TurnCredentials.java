package io.rift.server.core.rendezvous;

import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.TurnAccess;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.auth.TimeLimitedCredential;
import java.time.Duration;
import java.util.List;

/**
 * Hands out time-limited credentials. The TURN server needs the shared secret and nothing else, neither a table nor a
 * word from the rendezvous. The name in a credential is the peer's id, so that a relay's quota is per identity.
 *
 * @param secrets shared with the TURN servers
 * @param ttl how long a credential lives; whole seconds
 */
public record TurnCredentials(SharedSecrets secrets, Duration ttl) {
    /** Checks the bounds of a {@link TurnAccess}. */
    public TurnCredentials {
        if (ttl.toSeconds() < 1 || ttl.toSeconds() > TurnAccess.MAX_TTL_SECONDS) {
            throw new IllegalArgumentException("credentials that live " + ttl);
        }
    }

    /** One access per server, from {@code wallSeconds} (Unix time) on. */
    List<TurnAccess> issue(PeerId peer, List<TransportAddress> servers, long wallSeconds) {
        if (servers.isEmpty()) {
            return List.of();
        }
        int ttlSeconds = Math.toIntExact(ttl.toSeconds());
        TimeLimitedCredential credential = secrets.issue(peer.toString(), wallSeconds + ttlSeconds);
        return servers.stream()
                .map(server -> new TurnAccess(server, credential.username(), credential.password(), ttlSeconds))
                .toList();
    }
}
