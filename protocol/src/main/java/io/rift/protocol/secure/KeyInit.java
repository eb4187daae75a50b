package io.rift.protocol.secure;

import io.rift.protocol.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first message, from the initiator.
 *
 * <pre>
 * min version 1 | max version 1 | flags 1 | suite count 1 | initiator index 4 | session 32 | epoch 4 | suites 8 x 2
 * | X25519 key 32 | [ML-KEM-768 encapsulation key 1184] | initiator 32 | signature 64
 * </pre>
 *
 * The length tells whether the ML-KEM key is there. Unused places in the list of suites are 0.
 */
public final class KeyInit {

    /** Length without an ML-KEM key. */
    public static final int CLASSICAL_BYTES = 188;

    /** Length with an ML-KEM-768 key. */
    public static final int HYBRID_BYTES = 1372;

    public static final int SESSION_BYTES = 32;
    public static final int X25519_KEY_BYTES = 32;
    public static final int MLKEM768_KEY_BYTES = 1184;
    public static final int SIGNATURE_BYTES = 64;

    private static final int INITIATOR_INDEX_OFFSET = 4;
    private static final int SESSION_OFFSET = 8;
    private static final int EPOCH_OFFSET = 40;
    private static final int SUITES_OFFSET = 44;
    private static final int X25519_KEY_OFFSET = 60;
    private static final int MLKEM_KEY_OFFSET = 92;

    private final byte[] message;

    private KeyInit(byte[] message) {
        this.message = message;
    }

    /** Reads a whole message; {@code null} if its length, its versions or its list of suites is malformed. */
    public static @Nullable KeyInit parse(byte[] message) {
        if (message.length != CLASSICAL_BYTES && message.length != HYBRID_BYTES) {
            return null;
        }
        KeyInit keyInit = new KeyInit(message.clone());
        return keyInit.minVersion() >= 1
                        && keyInit.maxVersion() >= keyInit.minVersion()
                        && keyInit.suiteCount() <= Capabilities.MAX_SUITES
                        && keyInit.unusedSuitesAreZero()
                        && SuiteList.isValid(keyInit.suites())
                ? keyInit
                : null;
    }

    /**
     * Encodes everything that comes before the signature.
     *
     * @param mlkemKey ML-KEM-768 encapsulation key, {@code null} for a classical KeyInit
     */
    public static byte[] encodeUnsigned(
            Capabilities offer,
            int initiatorIndex,
            byte[] session,
            int epoch,
            byte[] x25519Key,
            byte @Nullable [] mlkemKey,
            PeerId initiator) {
        ByteBuffer out = ByteBuffer.allocate((mlkemKey == null ? CLASSICAL_BYTES : HYBRID_BYTES) - SIGNATURE_BYTES);
        out.put((byte) offer.minVersion()).put((byte) offer.maxVersion()).put((byte) 0);
        out.put((byte) offer.suites().size()).putInt(initiatorIndex);
        out.put(session, 0, SESSION_BYTES).putInt(epoch);
        offer.suites().forEach(suite -> out.putShort(suite.shortValue()));
        out.position(X25519_KEY_OFFSET).put(x25519Key, 0, X25519_KEY_BYTES);
        if (mlkemKey != null) {
            out.put(mlkemKey, 0, MLKEM768_KEY_BYTES);
        }
        return out.put(initiator.bytes()).array();
    }

    /** Puts the signature behind what was {@linkplain #encodeUnsigned encoded} for it. */
    public static byte[] encode(byte[] unsigned, byte[] signature) {
        return ByteBuffer.allocate(unsigned.length + SIGNATURE_BYTES)
                .put(unsigned)
                .put(signature, 0, SIGNATURE_BYTES)
                .array();
    }

    /** The lowest version that the initiator offers. */
    public int minVersion() {
        return message[0] & 0xFF;
    }

    /** The highest version that the initiator offers. */
    public int maxVersion() {
        return message[1] & 0xFF;
    }

    /** The index that the initiator wants on packets to it. */
    public int initiatorIndex() {
        return ByteBuffer.wrap(message).getInt(INITIATOR_INDEX_OFFSET);
    }

    public byte[] session() {
        return Arrays.copyOfRange(message, SESSION_OFFSET, EPOCH_OFFSET);
    }

    /** Number of the keys that this handshake makes: 0 for the first of a session. */
    public int epoch() {
        return ByteBuffer.wrap(message).getInt(EPOCH_OFFSET);
    }

    /** The suites on offer, in the initiator's order of preference. */
    public List<Integer> suites() {
        List<Integer> suites = new ArrayList<>(suiteCount());
        for (int i = 0; i < suiteCount(); i++) {
            suites.add(suiteAt(i));
        }
        return suites;
    }

    public byte[] x25519Key() {
        return Arrays.copyOfRange(message, X25519_KEY_OFFSET, MLKEM_KEY_OFFSET);
    }

    /** The ML-KEM-768 encapsulation key, {@code null} in a classical KeyInit. */
    public byte @Nullable [] mlkemKey() {
        return message.length == HYBRID_BYTES
                ? Arrays.copyOfRange(message, MLKEM_KEY_OFFSET, MLKEM_KEY_OFFSET + MLKEM768_KEY_BYTES)
                : null;
    }

    /** Who says to be the initiator. */
    public PeerId initiator() {
        int at = message.length - SIGNATURE_BYTES - PeerId.BYTES;
        return PeerId.of(Arrays.copyOfRange(message, at, at + PeerId.BYTES));
    }

    /** Everything before the signature, as the transcript takes it. */
    public byte[] unsignedPart() {
        return Arrays.copyOf(message, message.length - SIGNATURE_BYTES);
    }

    public byte[] signature() {
        return Arrays.copyOfRange(message, message.length - SIGNATURE_BYTES, message.length);
    }

    private int suiteCount() {
        return message[3] & 0xFF;
    }

    private int suiteAt(int index) {
        return ByteBuffer.wrap(message).getShort(SUITES_OFFSET + 2 * index) & 0xFFFF;
    }

    private boolean unusedSuitesAreZero() {
        for (int i = suiteCount(); i < Capabilities.MAX_SUITES; i++) {
            if (suiteAt(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
