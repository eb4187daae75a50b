package io.rift.protocol.stun;

import java.util.random.RandomGenerator;

/**
 * RFC 8489 section 5: the 96 bits that tie a response to its request.
 *
 * @param high the first 32 bits
 * @param low the other 64 bits
 */
public record TransactionId(int high, long low) {

    /** Length in bytes. */
    public static final int BYTES = 12;

    /**
     * A new identifier. RFC 8489 section 5: "It MUST be uniformly and randomly chosen from the interval 0 .. 2**96-1,
     * and MUST be cryptographically random", so callers pass a secure generator outside of tests.
     */
    public static TransactionId random(RandomGenerator random) {
        return new TransactionId(random.nextInt(), random.nextLong());
    }
}
