package io.rift.protocol.stun;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a key is computed from user name, realm and password: an entry of RFC 8489 section 18.5. */
public final class PasswordAlgorithm {
    // RFC 8489 section 18.5
    public static final PasswordAlgorithm MD5 = new PasswordAlgorithm(1, new byte[0]);
    public static final PasswordAlgorithm SHA_256 = new PasswordAlgorithm(2, new byte[0]);

    /** The most that a list may hold; longer ones are malformed. */
    public static final int MAX_ALGORITHMS = 16;

    private static final int HEADER_BYTES = 4;

    private final int number;
    private final byte[] parameters;

    /**
     * An algorithm, which need not be a known one.
     *
     * @param number 0 to 0xFFFF
     * @param parameters what the algorithm needs; MD5 and SHA-256 need nothing
     * @throws IllegalArgumentException if the number or the length has more than 16 bits
     */
    public PasswordAlgorithm(int number, byte[] parameters) {
        if (number < 0 || number > 0xFFFF || parameters.length > 0xFFFF) {
            throw new IllegalArgumentException(
                    "a password algorithm " + number + " with " + parameters.length + " bytes of parameters");
        }
        this.number = number;
        this.parameters = parameters.clone();
    }

    /** The number in the IANA registry "STUN Password Algorithms". */
    public int number() {
        return number;
    }

    /** A copy of the parameters. */
    public byte[] parameters() {
        return parameters.clone();
    }

    static @Nullable PasswordAlgorithm readOne(ByteBuffer value) {
        PasswordAlgorithm algorithm = readNext(value);
        return value.hasRemaining() ? null : algorithm;
    }

    static @Nullable List<PasswordAlgorithm> readList(ByteBuffer value) {
        List<PasswordAlgorithm> algorithms = new ArrayList<>();
        while (value.hasRemaining()) {
            PasswordAlgorithm algorithm = readNext(value);
            if (algorithm == null || algorithms.size() == MAX_ALGORITHMS) {
                return null;
            }
            algorithms.add(algorithm);
        }
        return algorithms;
    }

    private static @Nullable PasswordAlgorithm readNext(ByteBuffer value) {
        if (value.remaining() < HEADER_BYTES) {
            return null;
        }
        int number = value.getShort() & 0xFFFF;
        int length = value.getShort() & 0xFFFF;
        if (length > value.remaining()) {
            return null;
        }
        byte[] parameters = new byte[length];
        value.get(parameters);
        // RFC 8489 section 14.11: the parameters are padded to 4 bytes; behind the last ones the attribute's own
        // padding may stand for that.
        value.position(value.position() + Math.min(-length & 3, value.remaining()));
        return new PasswordAlgorithm(number, parameters);
    }

    static void writeList(ByteBuffer out, List<PasswordAlgorithm> algorithms) {
        for (PasswordAlgorithm algorithm : algorithms) {
            algorithm.write(out);
        }
    }

    void write(ByteBuffer out) {
        out.putShort((short) number).putShort((short) parameters.length);
        out.put(parameters).put(new byte[-parameters.length & 3]);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PasswordAlgorithm that
                && number == that.number
                && Arrays.equals(parameters, that.parameters);
    }

    @Override
    public int hashCode() {
        return 31 * number + Arrays.hashCode(parameters);
    }

    @Override
    public String toString() {
        return "password algorithm " + number + "(" + HexFormat.of().formatHex(parameters) + ")";
    }
}
