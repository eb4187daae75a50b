package io.rift.server.core.rendezvous;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.TurnAccess;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Issues time-limited TURN credentials as coturn's REST scheme does: the user name is {@code <expiry>:<name>}, the
 * password base64 of HMAC-SHA1 over it. The TURN server needs the shared secret and nothing else, neither a table nor a
 * word from the rendezvous.
 *
 * <p>The name is the peer's id, so that a relay's quota is per identity.
 */
public final class TurnCredentials {
    private static final String ALGORITHM = "HmacSHA1";

    private final SecretKeySpec secret;
    private final int ttlSeconds;

    /**
     * Credentials for servers that know {@code sharedSecret}.
     *
     * @throws IllegalArgumentException when the secret is empty or the life is out of bounds
     */
    public TurnCredentials(String sharedSecret, Duration ttl) {
        if (ttl.toSeconds() < 1 || ttl.toSeconds() > TurnAccess.MAX_TTL_SECONDS) {
            throw new IllegalArgumentException("credentials that live " + ttl);
        }
        this.secret = new SecretKeySpec(sharedSecret.getBytes(UTF_8), ALGORITHM);
        this.ttlSeconds = (int) ttl.toSeconds();
    }

    /** One access per server, from {@code wallSeconds} (Unix time) on. */
    List<TurnAccess> issue(PeerId peer, List<TransportAddress> servers, long wallSeconds) {
        String username = wallSeconds + ttlSeconds + ":" + peer;
        String password = Base64.getEncoder().encodeToString(hmac(username));
        return servers.stream()
                .map(server -> new TurnAccess(server, username, password, ttlSeconds))
                .toList();
    }

    private byte[] hmac(String username) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac.doFinal(username.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
