package io.rift.server.core.rendezvous;

import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import java.util.random.RandomGenerator;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** An Ed25519 key pair that answers challenges. */
record TestIdentity(Octets secretKey, PeerId peerId) {
    static TestIdentity random(RandomGenerator random) {
        byte[] secret = Octets.random(Ed25519.SECRET_KEY_SIZE, random).toByteArray();
        byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(secret, 0, publicKey, 0);
        return new TestIdentity(Octets.of(secret), PeerId.of(publicKey));
    }

    Authenticate answer(Octets serverNonce, String authority) {
        Octets clientNonce = Octets.of(new byte[32]);
        return new Authenticate(
                peerId,
                authority,
                clientNonce,
                sign(AuthenticationPayload.of(authority, serverNonce, clientNonce, peerId)));
    }

    Octets sign(byte[] payload) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secretKey.toByteArray(), 0, payload, 0, payload.length, signature, 0);
        return Octets.of(signature);
    }
}
