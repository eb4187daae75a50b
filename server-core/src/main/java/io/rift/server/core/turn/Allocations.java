package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.User;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every allocation and reservation of the shard, found by 5-tuple and by token, and counted per account: a relayed
 * transport address is one, so an allocation of both families is two. What is removed here takes its permissions,
 * channels, deadlines and relay sockets along.
 */
final class Allocations {
    private final Quotas quotas;
    private final TurnCounters counters;
    private final DeadlineHeap deadlines;
    private final RelaySockets sockets;
    private final PeerConnections peerConnections;
    private final Map<ServerAddress, AddressTable<Allocation>> byClientByLocal = new HashMap<>();
    private final Map<Long, Reservation> reservationByToken = new HashMap<>();
    private final NavigableMap<Long, Allocation> byId = new TreeMap<>();
    private final Map<Roaming.Ticket, Allocation> byTicket = new HashMap<>();
    private final long hashKey;
    private long nextId = 1;
    private int adrift;

    Allocations(
            Quotas quotas,
            TurnCounters counters,
            DeadlineHeap deadlines,
            RelaySockets sockets,
            PeerConnections peerConnections,
            long hashKey) {
        this.quotas = quotas;
        this.counters = counters;
        this.deadlines = deadlines;
        this.sockets = sockets;
        this.peerConnections = peerConnections;
        this.hashKey = hashKey;
    }

    /** The allocation of a 5-tuple, living or about to. */
    @Nullable Allocation get(TransportAddress client, ServerAddress local) {
        AddressTable<Allocation> byClient = byClientByLocal.get(local);
        return byClient == null ? null : byClient.get(client);
    }

    /** The key with which the tables of this shard hash addresses. */
    long hashKey() {
        return hashKey;
    }

    /** Every allocation by its number, from the oldest on. */
    NavigableMap<Long, Allocation> byId() {
        return byId;
    }

    /** Every reservation. */
    Collection<Reservation> reservations() {
        return reservationByToken.values();
    }

    /** The bound that so many more of this user would exceed, or null. */
    @Nullable Quota excess(User user, int more) {
        return quotas.excessOfAllocations(user.account(), more);
    }

    /** Adds an allocation with its relays, at least one, whose sockets may open later. */
    void add(Allocation allocation, List<Relay> relays) {
        add(allocation.path(), allocation);
        for (Relay relay : relays) {
            allocation.add(relay);
            allocation.joins(quotas.occupy(allocation.user().account()), nextId);
        }
        nextId++;
        byId.put(allocation.id(), allocation);
    }

    /** Ends an allocation. What it still waits for is the caller's to end. */
    void remove(Allocation allocation) {
        allocation.relays().forEach(this::remove);
    }

    /** Ends a relayed transport address, and with the last one the allocation. */
    void remove(Relay relay) {
        Allocation allocation = relay.allocation();
        deadlines.cancel(relay);
        peerConnections.closeAll(relay);
        // RFC 8656 section 8.1: "Deleting a single allocation destroys any permissions or channels associated with that
        // particular allocation; it MUST NOT affect any permissions or channels associated with allocations for the
        // other address family."
        allocation.permissions().toList().stream()
                .filter(permission -> permission.key().ip().family() == relay.family())
                .forEach(this::remove);
        allocation.channels().toList().stream()
                .filter(binding -> binding.peer().ip().family() == relay.family())
                .forEach(this::remove);
        quotas.vacate(allocation.account());
        RelaySocket socket = relay.socket();
        if (socket != null) {
            sockets.close(socket);
        }
        allocation.remove(relay);
        if (allocation.relays().isEmpty()) {
            forget(allocation);
        }
    }

    private void forget(Allocation allocation) {
        ClientPath next = allocation.next();
        if (next != null && next != allocation.path()) {
            remove(next);
        }
        if (allocation.isAdrift()) {
            adrift--;
        } else {
            remove(allocation.path());
        }
        Roaming roaming = allocation.roaming();
        if (roaming != null) {
            give(allocation, roaming, null, null);
        }
        byId.remove(allocation.id());
        if (allocation.isLive()) {
            counters.allocations--;
        }
    }

    /** From now on an allocation is found by this 5-tuple, too. */
    void add(ClientPath path, Allocation allocation) {
        byClientByLocal
                .computeIfAbsent(path.local(), local -> new AddressTable<>(hashKey))
                .put(path.client(), allocation);
    }

    /** From now on nothing is found by this 5-tuple. */
    void remove(ClientPath path) {
        AddressTable<Allocation> byClient = byClientByLocal.get(path.local());
        if (byClient != null) {
            byClient.remove(path.client());
            if (byClient.size() == 0) {
                byClientByLocal.remove(path.local());
            }
        }
    }

    /** Takes an allocation to a 5-tuple by which it is found already, and forgets the one where it was. */
    void moveTo(Allocation allocation, ClientPath path) {
        if (allocation.path() != path) {
            remove(allocation.path());
            allocation.moveTo(path);
        }
    }

    /** An allocation has lost its only 5-tuple. */
    void setAdrift(Allocation allocation) {
        remove(allocation.path());
        allocation.setAdrift(true);
        adrift++;
    }

    /** An allocation that had lost its 5-tuple has another one, by which it is found already. */
    void land(Allocation allocation, ClientPath path) {
        allocation.setAdrift(false);
        allocation.moveTo(path);
        adrift--;
    }

    /** How many allocations have no 5-tuple. */
    int adrift() {
        return adrift;
    }

    /** The live allocation that a ticket opens, or null. */
    @Nullable Allocation opened(Roaming.Ticket ticket) {
        return byTicket.get(ticket);
    }

    /** From now on these tickets open an allocation, and no others. */
    void give(
            Allocation allocation,
            Roaming roaming,
            Roaming.@Nullable Ticket current,
            Roaming.@Nullable Ticket previous) {
        byTicket.remove(roaming.current());
        byTicket.remove(roaming.previous());
        roaming.change(current, previous);
        if (current != null) {
            byTicket.put(current, allocation);
        }
        if (previous != null) {
            byTicket.put(previous, allocation);
        }
    }

    /** How many tickets open something. */
    int tickets() {
        return byTicket.size();
    }

    void remove(Permission permission) {
        deadlines.cancel(permission);
        permission.allocation().permissions().remove(permission.key());
        countPermissions(permission.allocation(), -1);
        countPeers(permission.allocation(), -permission.routes());
    }

    void remove(ChannelBinding binding) {
        deadlines.cancel(binding);
        binding.allocation().channels().remove(binding);
        countChannels(binding.allocation(), -1);
    }

    void add(Permission permission) {
        permission.allocation().permissions().put(permission.key(), permission);
        countPermissions(permission.allocation(), 1);
    }

    void add(ChannelBinding binding) {
        binding.allocation().channels().add(binding);
        countChannels(binding.allocation(), 1);
    }

    /** A Send indication goes to a new peer. */
    void add(Permission permission, Route route) {
        permission.add(route);
        countPeers(permission.allocation(), 1);
    }

    /** The permission is refreshed: a moment to forget the peers under it that are not in use any more. */
    void forgetUnusedPeers(Permission permission) {
        countPeers(permission.allocation(), -permission.forgetUnusedRoutes());
    }

    private void countPermissions(Allocation allocation, int more) {
        allocation.account().permissions += more;
        counters.permissions += more;
    }

    private void countChannels(Allocation allocation, int more) {
        allocation.account().channels += more;
        counters.channels += more;
    }

    private void countPeers(Allocation allocation, int more) {
        allocation.peersAdded(more);
        allocation.account().peers += more;
        counters.peers += more;
    }

    /** One more place of a user is taken, for a reservation that is to come. */
    Account occupy(User user) {
        return quotas.occupy(user.account());
    }

    /** No reservation came. */
    void vacate(Account place) {
        quotas.vacate(place);
    }

    /** Adds a reservation to the place that was taken for it. */
    void add(Reservation reservation, Account place) {
        reservationByToken.put(reservation.token(), reservation);
        reservation.joins(place);
    }

    @Nullable Reservation reservation(long token) {
        return reservationByToken.get(token);
    }

    /** Ends a reservation; its socket stays open, for its allocation or for the caller to close. */
    void remove(Reservation reservation) {
        reservationByToken.remove(reservation.token());
        quotas.vacate(reservation.account());
        deadlines.cancel(reservation);
    }
}
