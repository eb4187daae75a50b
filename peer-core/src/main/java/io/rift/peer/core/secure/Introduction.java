package io.rift.peer.core.secure;

import io.rift.protocol.PeerId;

/**
 * What one peer says about itself through the rendezvous, as far as the handshake needs it. All of it but the password
 * and the index enters the transcript, so the rendezvous can hinder a handshake but not bend it.
 */
public final class Introduction {

    /** Length of the rendezvous nonce. */
    public static final int NONCE_BYTES = 16;

    private final SignedCapabilities capabilities;
    private final byte[] nonce;
    private final String icePassword;
    private final int receiverIndex;

    /**
     * Takes the parts of one IceCandidates message.
     *
     * @param capabilities of the peer that introduces itself; their signer is its identity
     * @param nonce {@value #NONCE_BYTES} bytes, fresh for each attempt: they alone make the handshake fresh
     * @param icePassword the peer's ICE password, from which the introduction keys are derived
     * @param receiverIndex what others put on packets to the peer
     * @throws IllegalArgumentException if the nonce has another length
     */
    public Introduction(SignedCapabilities capabilities, byte[] nonce, String icePassword, int receiverIndex) {
        if (nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException("a nonce has " + NONCE_BYTES + " bytes, not " + nonce.length);
        }
        this.capabilities = capabilities;
        this.nonce = nonce.clone();
        this.icePassword = icePassword;
        this.receiverIndex = receiverIndex;
    }

    public PeerId peerId() {
        return capabilities.signer();
    }

    public SignedCapabilities capabilities() {
        return capabilities;
    }

    public int receiverIndex() {
        return receiverIndex;
    }

    byte[] nonce() {
        return nonce;
    }

    String icePassword() {
        return icePassword;
    }
}
