package io.rift.server.core.rendezvous;

import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** Checks the answer to a challenge. */
final class Authentication {
    private Authentication() {}

    /** Whether the holder of the identity signed exactly this challenge for exactly this authority. */
    static boolean verify(Authenticate answer, Octets serverNonce) {
        byte[] publicKey = answer.peerId().bytes();
        byte[] payload =
                AuthenticationPayload.of(answer.authority(), serverNonce, answer.clientNonce(), answer.peerId());
        byte[] signature = answer.signature().toByteArray();
        // False for a key of small order, too: under such a key there are signatures that nobody made.
        return Ed25519.verify(signature, 0, publicKey, 0, payload, 0, payload.length);
    }
}
