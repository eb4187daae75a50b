package io.rift.server.core.turn;

import io.rift.server.core.quota.SharedDebt;
import io.rift.server.core.quota.TokenBucket;
import io.rift.server.core.quota.TurnLimits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Holds every user, and all of them together, to the {@link TurnLimits} of the shard. */
final class Quotas {

    /**
     * Users without an allocation that are remembered until their buckets are full; beyond it the one that left first is
     * forgotten. Whoever has so many names needs no second burst for one of them.
     */
    static final int MAX_IDLE_ACCOUNTS = 16_384;

    /** IPv4 header of 20 bytes and UDP header. */
    private static final int IPV4_HEADERS_BYTES = 28;

    /** IPv6 header of 40 bytes and UDP header. */
    private static final int IPV6_HEADERS_BYTES = 48;

    private final TurnCounters counters;
    private final DeadlineHeap deadlines;
    private final Map<String, Account> accountByName = new LinkedHashMap<>();
    private final Set<Account> idle = new LinkedHashSet<>();
    private TurnLimits limits;
    private int allocations;
    private @Nullable TokenBucket bandwidth;

    /** Of all TCP connections; null without a limit. */
    private @Nullable SharedDebt streamDebt;

    Quotas(TurnLimits limits, TurnCounters counters, DeadlineHeap deadlines) {
        this.limits = limits;
        this.counters = counters;
        this.deadlines = deadlines;
        limitAllTo(Account.bucket(limits.bandwidth()));
    }

    private void limitAllTo(@Nullable TokenBucket bucket) {
        if (bandwidth != bucket || bucket == null) {
            if (streamDebt != null) {
                streamDebt.forgiveAll();
            }
            bandwidth = bucket;
            streamDebt = bucket == null ? null : new SharedDebt(bucket);
        }
    }

    TurnLimits limits() {
        return limits;
    }

    /** From now on other limits hold. What lives stays. */
    void changeTo(TurnLimits changed, long nowNanos) {
        limits = changed;
        limitAllTo(Account.changed(bandwidth, changed.bandwidth(), nowNanos));
        for (Account account : accountByName.values()) {
            account.changeTo(changed, nowNanos);
        }
        for (Account account : List.copyOf(idle)) {
            scheduleForgetting(account);
        }
    }

    // --- allocations and reservations, which count alike ---

    /** The bound that so many more allocations of this account would exceed, or null. */
    @Nullable Quota excessOfAllocations(String accountName, int more) {
        Account account = accountByName.get(accountName);
        int present = account == null ? 0 : account.allocations;
        if (present + more > limits.maxAllocationsPerUser()) {
            return Quota.ALLOCATIONS_OF_USER;
        }
        return allocations + more > limits.maxAllocations() ? Quota.ALLOCATIONS_IN_ALL : null;
    }

    /** One more allocation of this account. */
    Account occupy(String accountName) {
        Account account = accountByName.computeIfAbsent(accountName, name -> new Account(name, limits));
        if (account.allocations++ == 0) {
            idle.remove(account);
            deadlines.cancel(account);
            counters.users++;
        }
        allocations++;
        return account;
    }

    /** One fewer. */
    void vacate(Account account) {
        allocations--;
        if (--account.allocations > 0) {
            return;
        }
        counters.users--;
        idle.add(account);
        scheduleForgetting(account);
        if (idle.size() > MAX_IDLE_ACCOUNTS) {
            forget(idle.iterator().next());
        }
    }

    private void scheduleForgetting(Account account) {
        if (!account.hasFullBuckets()) {
            deadlines.schedule(account, account.fullAtNanos());
        } else if (account.streamDebt.isOwing() && bandwidth != null) {
            deadlines.schedule(account, bandwidth.fullAtNanos());
        } else {
            forget(account);
        }
    }

    /** Forgets an account without allocations whose buckets are full again, unless it still owes something to all. */
    void forgetWithoutDebt(Account account, long nowNanos) {
        long owingNanos = streamDebt == null ? 0 : streamDebt.waitNanos(account.streamDebt, nowNanos);
        if (owingNanos > 0) {
            deadlines.schedule(account, nowNanos + owingNanos);
        } else {
            forget(account);
        }
    }

    private void forget(Account account) {
        if (streamDebt != null) {
            streamDebt.forgive(account.streamDebt);
        }
        deadlines.cancel(account);
        idle.remove(account);
        accountByName.remove(account.name);
    }

    /** How many accounts are in memory. */
    int accounts() {
        return accountByName.size();
    }

    // --- permissions, channels and the peers behind them ---

    /** The bound that so many more permissions would exceed, or null. */
    @Nullable Quota excessOfPermissions(Allocation allocation, int more) {
        if (more == 0) {
            return null;
        }
        if (allocation.permissions().size() + more > limits.permissions().perAllocation()) {
            return Quota.PERMISSIONS_OF_ALLOCATION;
        }
        if (allocation.account().permissions + more > limits.permissions().perUser()) {
            return Quota.PERMISSIONS_OF_USER;
        }
        return counters.permissions + more > limits.permissions().inAll() ? Quota.PERMISSIONS_IN_ALL : null;
    }

    /** The bound that one more channel would exceed, or null. */
    @Nullable Quota excessOfChannels(Allocation allocation) {
        if (allocation.channels().size() >= limits.channels().perAllocation()) {
            return Quota.CHANNELS_OF_ALLOCATION;
        }
        if (allocation.account().channels >= limits.channels().perUser()) {
            return Quota.CHANNELS_OF_USER;
        }
        return counters.channels >= limits.channels().inAll() ? Quota.CHANNELS_IN_ALL : null;
    }

    /** Whether one more peer for Send indications fits. */
    boolean fitsOnePeer(Allocation allocation) {
        return allocation.peers() < limits.peers().perAllocation()
                && allocation.account().peers < limits.peers().perUser()
                && counters.peers < limits.peers().inAll();
    }

    /** Whether the account may turn to so many new peers now; they are then paid for. */
    boolean payForNewPeers(Account account, int peers, long nowNanos) {
        TokenBucket bucket = account.newPeers;
        return peers == 0 || bucket == null || bucket.take(peers, nowNanos);
    }

    // --- bandwidth ---

    /**
     * Pays for a datagram between a relayed transport address and a peer, in either direction.
     *
     * @param payloadBytes of application data
     * @return why it has to be dropped, or null when it is paid for
     */
    @Nullable DropReason payForDatagram(Account account, int payloadBytes, boolean ipv4, long nowNanos) {
        TokenBucket ofUser = account.bandwidth;
        TokenBucket ofAll = bandwidth;
        if (ofUser == null && ofAll == null) {
            return null;
        }
        int bytes = payloadBytes + (ipv4 ? IPV4_HEADERS_BYTES : IPV6_HEADERS_BYTES);
        if (ofUser != null && !ofUser.covers(bytes, nowNanos)) {
            return DropReason.USER_BANDWIDTH;
        }
        if (ofAll != null && !ofAll.take(bytes, nowNanos)) {
            return DropReason.TOTAL_BANDWIDTH;
        }
        if (ofUser != null) {
            ofUser.spend(bytes);
        }
        return null;
    }

    /**
     * Pays for bytes of a TCP connection with a peer, in either direction. They have been read and are not dropped. However
     * many connections there are, half of the bandwidth is left to datagrams; and of what all of them have, each user
     * that wants more has the same share.
     *
     * @param bytes 0 to ask what there is to wait for before the first byte
     * @return for how many nanoseconds nothing more is to be passed on there
     */
    long payForStream(Account account, int bytes, long nowNanos) {
        TokenBucket ofUser = account.bandwidth;
        SharedDebt ofAll = streamDebt;
        long userNanos = ofUser == null ? 0 : ofUser.overdraw(bytes, nowNanos);
        long allNanos = ofAll == null ? 0 : ofAll.overdraw(account.streamDebt, bytes, nowNanos);
        return Math.max(userNanos, allNanos);
    }

    /** The names of the accounts in memory, for tests. */
    List<String> accountNames() {
        return new ArrayList<>(accountByName.keySet());
    }
}
