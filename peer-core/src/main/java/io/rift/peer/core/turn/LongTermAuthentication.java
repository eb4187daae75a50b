package io.rift.peer.core.turn;

import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunKeys;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The client side of the long-term credential mechanism: what is known of realm and nonce, and which credentials hold. */
final class LongTermAuthentication {
    private TurnCredentials credentials;
    private @Nullable TurnCredentials fresh;
    private @Nullable Challenge challenge;

    private static final class Challenge {
        final String realm;
        final byte[] nonce;
        final byte[] key;

        Challenge(String realm, byte[] nonce, byte[] key) {
            this.realm = realm;
            this.nonce = nonce;
            this.key = key;
        }
    }

    LongTermAuthentication(TurnCredentials credentials) {
        this.credentials = credentials;
    }

    /** The key that signs the next request, or {@code null} before the first challenge. */
    byte @Nullable [] key() {
        return challenge == null ? null : challenge.key;
    }

    /** A 401 or 438 told realm and nonce; a 438 may leave out the realm. */
    void challenged(@Nullable String realm, byte[] nonce) {
        String known = challenge == null ? null : challenge.realm;
        String next = realm == null ? known : realm;
        if (next != null) {
            challenge = new Challenge(next, nonce, keyFor(next));
        }
    }

    /**
     * Credentials to use as soon as the present ones are refused. RFC 8656 section 5 ties an allocation to the user name
     * that made it, so a time-limited name stays in use for as long as the server takes it.
     */
    void replace(TurnCredentials credentials) {
        fresh = credentials;
    }

    /** Takes the replacement into use. False when there is none. */
    boolean useFresh() {
        if (fresh == null || Objects.equals(fresh, credentials)) {
            fresh = null;
            return false;
        }
        credentials = fresh;
        fresh = null;
        if (challenge != null) {
            challenge = new Challenge(challenge.realm, challenge.nonce, keyFor(challenge.realm));
        }
        return true;
    }

    /** Ends a request: with integrity once there was a challenge, bare before. */
    byte[] encode(StunEncoder request) {
        if (challenge == null) {
            return request.encodeWithFingerprint();
        }
        return request.add(StunAttributes.USERNAME, credentials.username())
                .add(StunAttributes.REALM, challenge.realm)
                .add(StunAttributes.NONCE, challenge.nonce)
                .encodeWithIntegrityAndFingerprint(challenge.key);
    }

    private byte[] keyFor(String realm) {
        return StunKeys.longTerm(credentials.username(), realm, credentials.password());
    }
}
