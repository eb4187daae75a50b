package io.rift.peer.core.secure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** SHA-256, HMAC and HKDF (RFC 5869) with the labels of RFC 8446 section 7.1 under our own prefix. */
final class Hkdf {

    static final int HASH_BYTES = 32;

    private static final String LABEL_PREFIX = "rift2 ";

    private Hkdf() {}

    /** SHA-256 over the parts, one behind the other. */
    static byte[] hash(byte[]... parts) {
        SHA256Digest digest = new SHA256Digest();
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] hash = new byte[HASH_BYTES];
        digest.doFinal(hash, 0);
        return hash;
    }

    static byte[] hmac(byte[] key, byte[] message) {
        HMac hmac = new HMac(new SHA256Digest());
        hmac.init(new KeyParameter(key));
        hmac.update(message, 0, message.length);
        byte[] mac = new byte[HASH_BYTES];
        hmac.doFinal(mac, 0);
        return mac;
    }

    static byte[] extract(byte[] salt, byte[] inputKeyingMaterial) {
        return hmac(salt, inputKeyingMaterial);
    }

    static byte[] expand(byte[] secret, byte[] info, int length) {
        HKDFBytesGenerator generator = new HKDFBytesGenerator(new SHA256Digest());
        generator.init(HKDFParameters.skipExtractParameters(secret, info));
        byte[] output = new byte[length];
        generator.generateBytes(output, 0, length);
        return output;
    }

    /**
     * HKDF-Expand-Label.
     *
     * @param label without the prefix, 1 to 249 ASCII characters
     * @param context at most 255 bytes
     */
    static byte[] expandLabel(byte[] secret, String label, byte[] context, int length) {
        byte[] fullLabel = (LABEL_PREFIX + label).getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(2 + 1 + fullLabel.length + 1 + context.length)
                .putShort((short) length)
                .put((byte) fullLabel.length)
                .put(fullLabel)
                .put((byte) context.length)
                .put(context)
                .array();
        return expand(secret, info, length);
    }

    /** HKDF-Expand-Label to the length of a hash. */
    static byte[] expandLabel(byte[] secret, String label, byte[] context) {
        return expandLabel(secret, label, context, HASH_BYTES);
    }
}
