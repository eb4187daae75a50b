package io.rift.peer.core.secure;

import java.nio.charset.StandardCharsets;

/**
 * The running hash over all that both peers said, first through the rendezvous and then to each other. Each step hashes
 * the hash before and the next part:
 *
 * <pre>
 * th0  = H("RIFT-E2EE-V2" || session || id_A || id_B || rvn_A || rvn_B || H(caps_A) || H(caps_B))
 * th1  = H(th0  || KeyInit up to the signature)
 * th1s = H(th1  || signature of KeyInit)
 * th2  = H(th1s || KeyResp up to the box)
 * th3  = H(th2  || box of KeyResp)
 * th4  = H(th3  || box of KeyConfirm)
 * </pre>
 */
final class Transcript {

    private static final byte[] LABEL = "RIFT-E2EE-V2".getBytes(StandardCharsets.US_ASCII);

    private byte[] hash;

    private Transcript(byte[] hash) {
        this.hash = hash;
    }

    /** The transcript before the first message, th0. */
    static Transcript begin(HandshakeContext context, Role localRole) {
        Introduction a = context.introduction(localRole, Role.INITIATOR);
        Introduction b = context.introduction(localRole, Role.RESPONDER);
        return new Transcript(Hkdf.hash(
                LABEL,
                context.session(),
                a.peerId().bytes(),
                b.peerId().bytes(),
                a.nonce(),
                b.nonce(),
                Hkdf.hash(a.capabilities().encoded()),
                Hkdf.hash(b.capabilities().encoded())));
    }

    /** Adds a part and gives the hash up to and including it. */
    byte[] add(byte[] part) {
        hash = Hkdf.hash(hash, part);
        return hash;
    }

    byte[] hash() {
        return hash;
    }

    /** A transcript that goes on from here on its own. */
    Transcript fork() {
        return new Transcript(hash);
    }
}
