package io.rift.server.core.turn;

import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.SharedDebt;
import io.rift.server.core.quota.TokenBucket;
import io.rift.server.core.quota.TurnLimits;
import org.jspecify.annotations.Nullable;

/**
 * What one user has and does, over all of its allocations on this shard. It outlives the last of them until its buckets
 * are full again: till then, to forget it would be to give it a new burst. That moment is its deadline.
 */
final class Account extends Deadline {
    final String name;
    int allocations;
    int permissions;
    int channels;
    int peers;

    /** What its TCP connections have overdrawn of the bandwidth of all. */
    final SharedDebt.Share streamDebt = new SharedDebt.Share();

    /** Null without a limit. */
    @Nullable TokenBucket bandwidth;

    /** Null without a limit. */
    @Nullable TokenBucket newPeers;

    Account(String name, TurnLimits limits) {
        this.name = name;
        this.bandwidth = bucket(limits.userBandwidth());
        this.newPeers = bucket(limits.newPeers());
    }

    void changeTo(TurnLimits limits, long nowNanos) {
        bandwidth = changed(bandwidth, limits.userBandwidth(), nowNanos);
        newPeers = changed(newPeers, limits.newPeers(), nowNanos);
    }

    /** Whether a new account of this name would be the same. */
    boolean hasFullBuckets() {
        return (bandwidth == null || bandwidth.isFull()) && (newPeers == null || newPeers.isFull());
    }

    /** When all buckets are full again; to be asked while one is not. */
    long fullAtNanos() {
        if (bandwidth == null || bandwidth.isFull()) {
            return newPeers == null ? 0 : newPeers.fullAtNanos();
        }
        if (newPeers == null || newPeers.isFull()) {
            return bandwidth.fullAtNanos();
        }
        long first = bandwidth.fullAtNanos();
        long second = newPeers.fullAtNanos();
        return first - second > 0 ? first : second;
    }

    static @Nullable TokenBucket bucket(RateLimit limit) {
        return limit.isUnlimited() ? null : new TokenBucket(limit);
    }

    static @Nullable TokenBucket changed(@Nullable TokenBucket bucket, RateLimit limit, long nowNanos) {
        if (bucket == null || limit.isUnlimited()) {
            return bucket(limit);
        }
        bucket.changeTo(limit, nowNanos);
        return bucket;
    }
}
