package io.rift.server.core.turn;

/**
 * The bounds of mobility, RFC 8016. They hold per shard.
 *
 * @param allowed whether a client may take its allocation along; if not, MOBILITY-TICKET gets 405
 * @param graceSeconds how long an allocation outlives the connection of its client, if it does not expire before
 * @param maxAdrift allocations whose client's connection has ended; beyond it one more ends with the connection
 */
public record MobilityConfig(boolean allowed, int graceSeconds, int maxAdrift) {

    /** No mobility. */
    public static final MobilityConfig FORBIDDEN = new MobilityConfig(false, 1, 1);

    /** Mobility within bounds that suit one small node. */
    public static final MobilityConfig ALLOWED = new MobilityConfig(true, 60, 1_000);

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException if a bound is not positive
     */
    public MobilityConfig {
        if (graceSeconds <= 0 || maxAdrift <= 0) {
            throw new IllegalArgumentException("a grace of " + graceSeconds + " s and at most " + maxAdrift
                    + " allocations without a connection: both must be positive");
        }
    }
}
