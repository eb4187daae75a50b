package io.rift.protocol.rendezvous;

/**
 * What one peer tells the other once per session, before or beside its first candidates. The peer's identity is not
 * repeated here: it is the authenticated party at the other end of the session.
 *
 * @param rendezvousNonce {@value RendezvousProtocol#RENDEZVOUS_NONCE_BYTES} octets, fresh for each attempt; makes the
 *     handshake fresh
 * @param ufrag ICE user name fragment, {@value #MIN_UFRAG_LENGTH} to {@value #MAX_UFRAG_LENGTH} ice-chars
 * @param pwd ICE password, {@value #MIN_PWD_LENGTH} to {@value #MAX_PWD_LENGTH} ice-chars
 * @param rxIndex the receiver index (unsigned 32 bits) that the other peer puts on packets to this one
 * @param capabilities protocol versions, suites and features as this peer encoded and signed them; opaque here
 * @param capabilitiesSignature Ed25519 signature over them by the peer's identity
 * @param natKind a hint that lets the other side choose its tactics; claims nothing
 */
public record PeerParameters(
        Octets rendezvousNonce,
        String ufrag,
        String pwd,
        long rxIndex,
        Octets capabilities,
        Octets capabilitiesSignature,
        NatKind natKind) {
    /** RFC 8839 section 5.4. */
    public static final int MIN_UFRAG_LENGTH = 4;

    /** RFC 8839 section 5.4 allows 256; nobody needs them. */
    public static final int MAX_UFRAG_LENGTH = 64;

    /** RFC 8839 section 5.4: at least 128 bits of randomness. */
    public static final int MIN_PWD_LENGTH = 22;

    /** RFC 8839 section 5.4. */
    public static final int MAX_PWD_LENGTH = 256;

    public PeerParameters {
        rendezvousNonce.requireLength(RendezvousProtocol.RENDEZVOUS_NONCE_BYTES, "rendezvous nonce");
        Text.requireIceChars(ufrag, MIN_UFRAG_LENGTH, MAX_UFRAG_LENGTH, "ufrag");
        Text.requireIceChars(pwd, MIN_PWD_LENGTH, MAX_PWD_LENGTH, "pwd");
        if (rxIndex < 0 || rxIndex > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException("receiver index " + rxIndex + " is not an unsigned 32-bit number");
        }
        if (capabilities.length() == 0 || capabilities.length() > RendezvousProtocol.MAX_CAPABILITIES_BYTES) {
            throw new IllegalArgumentException("capabilities have " + capabilities.length() + " octets");
        }
        capabilitiesSignature.requireLength(RendezvousProtocol.SIGNATURE_BYTES, "capabilities signature");
    }

    /** Leaves out the password: this text may reach a log. */
    @Override
    public String toString() {
        return "PeerParameters[ufrag=" + ufrag + ", rxIndex=" + rxIndex + ", natKind=" + natKind + "]";
    }
}
