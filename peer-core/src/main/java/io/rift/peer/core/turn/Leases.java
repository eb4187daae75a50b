package io.rift.peer.core.turn;

import io.rift.peer.core.time.Deadlines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leases of one kind, by what they are for.
 *
 * @param <K> what a lease is for
 * @param <L> the kind of lease
 */
final class Leases<K, L extends Lease> {

    /** How often a lease that is due for renewal but idle is looked at again. */
    private static final long IDLE_CHECK_NANOS = Duration.ofSeconds(10).toNanos();

    private final int maxLeases;
    private final long lifetimeNanos;
    private final long renewAfterNanos;
    private final Map<K, L> leaseByKey = new LinkedHashMap<>();
    private final Deadlines<K> deadlines = new Deadlines<>();

    Leases(int maxLeases, Duration lifetime, Duration renewAfter) {
        this.maxLeases = maxLeases;
        this.lifetimeNanos = lifetime.toNanos();
        this.renewAfterNanos = renewAfter.toNanos();
    }

    boolean isFull() {
        return leaseByKey.size() >= maxLeases;
    }

    @Nullable L find(K key) {
        return leaseByKey.get(key);
    }

    /** Adds a lease that is yet to be granted. */
    void add(K key, L lease) {
        leaseByKey.put(key, lease);
    }

    /** All, in the order in which they were added. */
    List<L> all() {
        return new ArrayList<>(leaseByKey.values());
    }

    void granted(K key, L lease, long nowNanos) {
        lease.grant(nowNanos, lifetimeNanos);
        deadlines.set(key, nowNanos + renewAfterNanos);
    }

    void remove(K key) {
        leaseByKey.remove(key);
        deadlines.cancel(key);
    }

    void clear() {
        leaseByKey.clear();
        deadlines.clear();
    }

    /**
     * The next lease that is over, which this call removes, or is in use and should be renewed now; {@code null} when
     * there is none.
     */
    @Nullable L pollDue(long nowNanos) {
        for (K key = deadlines.pollDue(nowNanos); key != null; key = deadlines.pollDue(nowNanos)) {
            L lease = leaseByKey.get(key);
            if (lease == null) {
                continue;
            }
            if (lease.hasExpired(nowNanos)) {
                leaseByKey.remove(key);
                return lease;
            }
            if (lease.isUsedSinceGranted()) {
                deadlines.set(key, lease.expiresNanos());
                return lease;
            }
            deadlines.set(key, Deadlines.earlier(nowNanos + IDLE_CHECK_NANOS, lease.expiresNanos()));
        }
        return null;
    }

    long nextTimeoutNanos() {
        return deadlines.nextNanos();
    }
}
