package io.rift.peer.core.secure;

import io.rift.protocol.secure.AeadAlgorithm;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From the shared secret to every key of one epoch. {@code L} is HKDF-Expand-Label:
 *
 * <pre>
 * PRK = Extract(invite secret or zeros, x25519_ss)
 * hsI, hsR = L(PRK, "hs i" | "hs r", th2)
 * MS  = Extract(L(PRK, "derived", th2), zeros)
 * ap  = L(MS, "ap i2r" | "ap r2i", th3)    exporter = L(MS, "exp", th3)    rms = L(MS, "res", th4)
 * </pre>
 */
final class KeySchedule implements AutoCloseable {

    private static final byte[] EMPTY = {};

    private final AeadAlgorithm algorithm;
    private final byte[] initiatorSecret;
    private final byte[] responderSecret;
    private final byte[] masterSecret;

    /**
     * Derives the handshake and master secrets.
     *
     * @param sharedSecret result of the key agreement, overwritten here
     * @param th2 transcript up to the box of KeyResp
     */
    KeySchedule(AeadAlgorithm algorithm, byte @Nullable [] inviteSecret, byte[] sharedSecret, byte[] th2) {
        this.algorithm = algorithm;
        byte[] salt = inviteSecret == null ? new byte[Hkdf.HASH_BYTES] : inviteSecret;
        byte[] prk = Hkdf.extract(salt, sharedSecret);
        byte[] derived = Hkdf.expandLabel(prk, "derived", th2);
        initiatorSecret = Hkdf.expandLabel(prk, Role.INITIATOR.handshakeLabel(), th2);
        responderSecret = Hkdf.expandLabel(prk, Role.RESPONDER.handshakeLabel(), th2);
        masterSecret = Hkdf.extract(derived, new byte[Hkdf.HASH_BYTES]);
        wipe(sharedSecret, prk, derived);
    }

    AeadAlgorithm algorithm() {
        return algorithm;
    }

    /**
     * Closes the box of KeyResp or KeyConfirm. The key serves for this one message, so its IV is the nonce.
     *
     * @param associatedData th2 for KeyResp, th3 for KeyConfirm
     */
    byte[] sealBox(Role sender, byte[] associatedData, byte[] proof) {
        try (Aead aead = boxKey(sender)) {
            return aead.seal(boxIv(sender), associatedData, proof);
        }
    }

    /** Opens a box; {@code null} if it is not authentic. */
    byte @Nullable [] openBox(Role sender, byte[] associatedData, byte[] box) {
        try (Aead aead = boxKey(sender)) {
            return aead.open(boxIv(sender), associatedData, box);
        }
    }

    /** The MAC with which the sender shows that it has the handshake's keys, over all that it proves with them. */
    byte[] finished(Role sender, byte[]... content) {
        byte[] key = Hkdf.expandLabel(handshakeSecret(sender), "finished", EMPTY);
        byte[] mac = Hkdf.hmac(key, Hkdf.hash(content));
        wipe(key);
        return mac;
    }

    /** What the box of this sender is locked with. Not a copy. */
    byte[] handshakeSecret(Role sender) {
        return switch (sender) {
            case INITIATOR -> initiatorSecret;
            case RESPONDER -> responderSecret;
        };
    }

    /** What all later secrets come from. Not a copy. */
    byte[] masterSecret() {
        return masterSecret;
    }

    /** The secret of all packet keys of this sender. */
    byte[] applicationSecret(Role sender, byte[] th3) {
        return Hkdf.expandLabel(masterSecret, sender.applicationLabel(), th3);
    }

    byte[] exporterSecret(byte[] th3) {
        return Hkdf.expandLabel(masterSecret, "exp", th3);
    }

    /** What the next epoch is salted with. */
    byte[] resumptionSecret(byte[] th4) {
        return Hkdf.expandLabel(masterSecret, "res", th4);
    }

    @Override
    public void close() {
        wipe(initiatorSecret, responderSecret, masterSecret);
    }

    private Aead boxKey(Role sender) {
        return new Aead(algorithm, Hkdf.expandLabel(handshakeSecret(sender), "key", EMPTY, AeadAlgorithm.KEY_BYTES));
    }

    private byte[] boxIv(Role sender) {
        return Hkdf.expandLabel(handshakeSecret(sender), "iv", EMPTY, AeadAlgorithm.NONCE_BYTES);
    }

    private static void wipe(byte[]... secrets) {
        for (byte[] secret : secrets) {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
