package io.rift.server.socket;

import io.rift.server.core.turn.ClientTransport;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The connections of one shard: which are open, which of them have no allocation yet, and how others ended. Belongs to
 * the shard's event loop.
 *
 * <p>Whoever connects costs memory before anything is known about them. So those without an allocation share a waiting
 * room of bounded size, and a newcomer pushes out who has waited longest: a flood has to be fast enough to do so before a
 * client with a password has made its few round trips, and connections with allocations are never touched by it.
 */
final class Connections {

    private final ConnectionBounds bounds;
    private final ConnectionLimits limits;
    private final Set<ConnectedClient> open = new LinkedHashSet<>();
    private final Set<ConnectedClient> waiting = new LinkedHashSet<>();
    private final Map<ClientTransport, long[]> openByTransport = new EnumMap<>(ClientTransport.class);
    private final Map<ConnectionEnd, long[]> ends = new EnumMap<>(ConnectionEnd.class);

    Connections(ConnectionBounds bounds, ConnectionLimits limits) {
        this.bounds = bounds;
        this.limits = limits;
        for (ClientTransport transport : ClientTransport.values()) {
            if (transport != ClientTransport.UDP) {
                openByTransport.put(transport, new long[1]);
            }
        }
        for (ConnectionEnd end : ConnectionEnd.values()) {
            ends.put(end, new long[1]);
        }
    }

    ConnectionBounds bounds() {
        return bounds;
    }

    ConnectionLimits limits() {
        return limits;
    }

    void add(ConnectedClient connection) {
        open.add(connection);
        count(openByTransport, connection.transport())[0]++;
    }

    void remove(ConnectedClient connection) {
        waiting.remove(connection);
        if (open.remove(connection)) {
            count(openByTransport, connection.transport())[0]--;
        }
    }

    /** One has no allocation; perhaps the one that has had none for longest has to go for it. */
    void waits(ConnectedClient connection) {
        if (waiting.size() >= bounds.maxWaiting()) {
            pushOutOldest();
        }
        waiting.add(connection);
    }

    private void pushOutOldest() {
        Iterator<ConnectedClient> oldestFirst = waiting.iterator();
        ConnectedClient oldest = oldestFirst.next();
        oldestFirst.remove();
        oldest.pushOut();
    }

    /** Takes a place on the node; if there is none, that of the one here that has had no allocation for longest. */
    boolean enter() {
        if (!limits.enter()) {
            if (waiting.isEmpty()) {
                return false;
            }
            pushOutOldest();
            return limits.enter();
        }
        return true;
    }

    /** One has an allocation. */
    void waitsNoMore(ConnectedClient connection) {
        waiting.remove(connection);
    }

    boolean isWaiting(ConnectedClient connection) {
        return waiting.contains(connection);
    }

    void ended(ConnectionEnd reason) {
        count(ends, reason)[0]++;
    }

    /** Closes all. */
    void close() {
        List.copyOf(open).forEach(ConnectedClient::close);
    }

    Map<ClientTransport, Long> openByTransport() {
        return copy(openByTransport, new EnumMap<>(ClientTransport.class));
    }

    Map<ConnectionEnd, Long> ends() {
        return copy(ends, new EnumMap<>(ConnectionEnd.class));
    }

    private static <K> Map<K, Long> copy(Map<K, long[]> counts, Map<K, Long> copy) {
        counts.forEach((key, count) -> copy.put(key, count[0]));
        return copy;
    }

    private static <K> long[] count(Map<K, long[]> counts, K key) {
        return Objects.requireNonNull(counts.get(key));
    }
}
