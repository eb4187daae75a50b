package io.rift.peer.core.secure;

import io.rift.protocol.PeerId;
import io.rift.protocol.secure.Capabilities;
import io.rift.protocol.secure.Suite;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Capabilities with the signature of the peer that has them. There is no instance without a good signature. */
public final class SignedCapabilities {

    private final PeerId signer;
    private final Capabilities capabilities;
    private final byte[] encoded;
    private final byte[] signature;

    private SignedCapabilities(PeerId signer, Capabilities capabilities, byte[] encoded, byte[] signature) {
        this.signer = signer;
        this.capabilities = capabilities;
        this.encoded = encoded;
        this.signature = signature;
    }

    /**
     * What this implementation can do, signed.
     *
     * @param notAfterSeconds seconds since the Unix epoch until which others may rely on it
     */
    public static SignedCapabilities current(Identity identity, long notAfterSeconds) {
        List<Integer> suites = Negotiation.SUITES.stream().map(Suite::code).toList();
        return sign(new Capabilities(Negotiation.VERSION, Negotiation.VERSION, suites, 0, notAfterSeconds), identity);
    }

    /** Signs other capabilities than the {@link #current} ones, say another order of preference. */
    public static SignedCapabilities sign(Capabilities capabilities, Identity identity) {
        byte[] encoded = capabilities.encode();
        byte[] signature = SignatureContext.CAPABILITIES.sign(identity, encoded);
        return new SignedCapabilities(identity.peerId(), capabilities, encoded, signature);
    }

    /**
     * Checks what the rendezvous says another peer can do.
     *
     * @param wallSeconds seconds since the Unix epoch
     * @return {@code null} if the encoding is malformed, the signature is not {@code signer}'s, or the time is over
     */
    public static @Nullable SignedCapabilities verify(
            byte[] encoded, byte[] signature, PeerId signer, long wallSeconds) {
        Capabilities capabilities = Capabilities.parse(encoded);
        if (capabilities == null
                || wallSeconds > capabilities.notAfterSeconds()
                || !SignatureContext.CAPABILITIES.verify(signer, encoded, signature)) {
            return null;
        }
        return new SignedCapabilities(signer, capabilities, encoded.clone(), signature.clone());
    }

    public PeerId signer() {
        return signer;
    }

    public Capabilities capabilities() {
        return capabilities;
    }

    /** A copy of the canonical encoding that was signed. */
    public byte[] encoded() {
        return encoded.clone();
    }

    /** A copy of the Ed25519 signature. */
    public byte[] signature() {
        return signature.clone();
    }
}
