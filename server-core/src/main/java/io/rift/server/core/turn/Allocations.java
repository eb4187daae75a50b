package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.User;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every allocation and reservation of the shard, found by 5-tuple and by token, and counted per account. What is
 * removed here takes its permissions, channels, deadlines and relay socket along.
 */
final class Allocations {
    private final TurnServerConfig config;
    private final TurnCounters counters;
    private final DeadlineHeap deadlines;
    private final RelaySockets sockets;
    private final PeerConnections peerConnections;
    private final Map<ServerAddress, AddressTable<Allocation>> byClientByLocal = new HashMap<>();
    private final Map<Long, Reservation> reservationByToken = new HashMap<>();
    private final Map<String, Integer> countByAccount = new HashMap<>();
    private int count;

    Allocations(
            TurnServerConfig config,
            TurnCounters counters,
            DeadlineHeap deadlines,
            RelaySockets sockets,
            PeerConnections peerConnections) {
        this.config = config;
        this.counters = counters;
        this.deadlines = deadlines;
        this.sockets = sockets;
        this.peerConnections = peerConnections;
    }

    /** The allocation of a 5-tuple, living or about to. */
    @Nullable Allocation get(TransportAddress client, ServerAddress local) {
        AddressTable<Allocation> byClient = byClientByLocal.get(local);
        return byClient == null ? null : byClient.get(client);
    }

    /** Whether this many more fit into the shard. */
    boolean fits(int more) {
        return count + more <= config.maxAllocations();
    }

    /** Whether this many more fit into the user's quota. */
    boolean fitsQuota(User user, int more) {
        return countByAccount.getOrDefault(user.account(), 0) + more <= config.maxAllocationsPerUser();
    }

    void add(Allocation allocation) {
        ClientPath path = allocation.path();
        byClientByLocal
                .computeIfAbsent(path.local(), local -> new AddressTable<>())
                .put(path.client(), allocation);
        occupy(allocation.user());
    }

    /** Ends an allocation. What it still waits for is the caller's to end. */
    void remove(Allocation allocation) {
        ClientPath path = allocation.path();
        AddressTable<Allocation> byClient = byClientByLocal.get(path.local());
        if (byClient != null) {
            byClient.remove(path.client());
            if (byClient.size() == 0) {
                byClientByLocal.remove(path.local());
            }
        }
        vacate(allocation.user());
        deadlines.cancel(allocation);
        peerConnections.closeAll(allocation);
        allocation.permissions().forEach(deadlines::cancel);
        allocation.channels().forEach(deadlines::cancel);
        counters.permissions -= allocation.permissions().size();
        counters.channels -= allocation.channels().size();
        RelaySocket socket = allocation.socket();
        if (socket != null) {
            counters.allocations--;
            sockets.close(socket);
        }
    }

    void remove(Permission permission) {
        deadlines.cancel(permission);
        permission.allocation().permissions().remove(permission.key());
        counters.permissions--;
    }

    void remove(ChannelBinding binding) {
        deadlines.cancel(binding);
        binding.allocation().channels().remove(binding);
        counters.channels--;
    }

    void add(Reservation reservation) {
        reservationByToken.put(reservation.token(), reservation);
        occupy(reservation.user());
    }

    @Nullable Reservation reservation(long token) {
        return reservationByToken.get(token);
    }

    /** Ends a reservation; its socket stays open, for its allocation or for the caller to close. */
    void remove(Reservation reservation) {
        reservationByToken.remove(reservation.token());
        vacate(reservation.user());
        deadlines.cancel(reservation);
    }

    private void occupy(User user) {
        countByAccount.merge(user.account(), 1, Integer::sum);
        count++;
    }

    private void vacate(User user) {
        countByAccount.computeIfPresent(user.account(), (account, n) -> n == 1 ? null : n - 1);
        count--;
    }
}
