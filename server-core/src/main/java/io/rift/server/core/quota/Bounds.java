package io.rift.server.core.quota;

/**
 * How many of something may live at once.
 *
 * @param inAll of all users together
 * @param perUser of one account, over all of its allocations
 * @param perAllocation of one allocation
 */
public record Bounds(int inAll, int perUser, int perAllocation) {

    /**
     * Checks that each is positive.
     *
     * @throws IllegalArgumentException if one is not
     */
    public Bounds {
        if (inAll < 1 || perUser < 1 || perAllocation < 1) {
            throw new IllegalArgumentException(
                    "bounds are positive, not " + inAll + ", " + perUser + ", " + perAllocation);
        }
    }

    /** The same with another bound per allocation. */
    public Bounds withPerAllocation(int bound) {
        return new Bounds(inAll, perUser, bound);
    }

    /** The part of one of several shards, rounded up. An allocation lives on one shard and keeps its bound. */
    public Bounds dividedBy(int shards) {
        return new Bounds(Math.ceilDiv(inAll, shards), Math.ceilDiv(perUser, shards), perAllocation);
    }
}
