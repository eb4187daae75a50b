package io.rift.protocol.secure;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer can do, as it tells and signs it before the handshake.
 *
 * <pre>
 * min version 1 | max version 1 | suite count 1 | features 4 | not after 8 | suites 2 each
 * </pre>
 *
 * One value has one encoding, and {@link #parse} accepts nothing else, because both peers hash the encoding.
 *
 * @param minVersion lowest protocol version, 1 to 255
 * @param maxVersion highest protocol version, from {@code minVersion} to 255
 * @param suites numbers of the suites in order of preference, at least one and at most {@value #MAX_SUITES}, each once;
 *     unknown ones are kept, since they are part of what was signed
 * @param features one bit for each optional feature; unknown ones are ignored
 * @param notAfterSeconds seconds since the Unix epoch after which nobody may rely on this
 */
public record Capabilities(int minVersion, int maxVersion, List<Integer> suites, int features, long notAfterSeconds) {

    /** As many as KeyInit has room for. */
    public static final int MAX_SUITES = 8;

    private static final int FIXED_BYTES = 15;

    /** The longest encoding. */
    public static final int MAX_BYTES = FIXED_BYTES + 2 * MAX_SUITES;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public Capabilities {
        suites = List.copyOf(suites);
        if (!isValid(minVersion, maxVersion, suites, notAfterSeconds)) {
            throw new IllegalArgumentException("no capabilities: versions " + minVersion + " to " + maxVersion
                    + ", suites " + suites + ", not after " + notAfterSeconds);
        }
    }

    /** Reads exactly one encoding; {@code null} if it is malformed. */
    public static @Nullable Capabilities parse(byte[] encoded) {
        if (encoded.length < FIXED_BYTES || encoded.length > MAX_BYTES) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(encoded);
        int minVersion = in.get() & 0xFF;
        int maxVersion = in.get() & 0xFF;
        int count = in.get() & 0xFF;
        int features = in.getInt();
        long notAfterSeconds = in.getLong();
        if (in.remaining() != 2 * count) {
            return null;
        }
        List<Integer> suites = new ArrayList<>(count);
        while (in.hasRemaining()) {
            suites.add(in.getShort() & 0xFFFF);
        }
        return isValid(minVersion, maxVersion, suites, notAfterSeconds)
                ? new Capabilities(minVersion, maxVersion, suites, features, notAfterSeconds)
                : null;
    }

    public byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + 2 * suites.size());
        out.put((byte) minVersion).put((byte) maxVersion).put((byte) suites.size());
        out.putInt(features).putLong(notAfterSeconds);
        suites.forEach(suite -> out.putShort(suite.shortValue()));
        return out.array();
    }

    private static boolean isValid(int minVersion, int maxVersion, List<Integer> suites, long notAfterSeconds) {
        return minVersion >= 1
                && maxVersion >= minVersion
                && maxVersion <= 0xFF
                && notAfterSeconds >= 0
                && SuiteList.isValid(suites);
    }
}
