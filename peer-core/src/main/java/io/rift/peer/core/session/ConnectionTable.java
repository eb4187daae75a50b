package io.rift.peer.core.session;

import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.protocol.stun.TransactionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The connections of an endpoint, by everything that a message can name them by. */
final class ConnectionTable {

    private final Map<ConnectionId, PeerConnection> connectionById = new LinkedHashMap<>();
    private final Map<SessionId, PeerConnection> connectionBySession = new HashMap<>();
    private final Map<String, PeerConnection> connectionByUsernameFragment = new HashMap<>();
    private final Map<Integer, PeerConnection> connectionByReceiverIndex = new HashMap<>();

    void add(PeerConnection connection) {
        connectionById.put(connection.id(), connection);
    }

    /** From now on the connection is found by this session, too. */
    void putSession(SessionId session, PeerConnection connection) {
        connectionBySession.put(session, connection);
    }

    void putAttempt(Attempt attempt, PeerConnection connection) {
        connectionBySession.put(attempt.session(), connection);
        connectionByUsernameFragment.put(attempt.usernameFragment(), connection);
        connectionByReceiverIndex.put(attempt.receiverIndex(), connection);
    }

    /** The attempt is no longer what the connection does. */
    void removeAttempt(Attempt attempt, PeerConnection connection) {
        connectionBySession.remove(attempt.session(), connection);
        connectionByUsernameFragment.remove(attempt.usernameFragment(), connection);
        connectionByReceiverIndex.remove(attempt.receiverIndex(), connection);
    }

    void remove(PeerConnection connection) {
        connectionById.remove(connection.id());
        connectionBySession.values().removeIf(other -> other == connection);
        Attempt attempt = connection.attempt();
        if (attempt != null) {
            removeAttempt(attempt, connection);
        }
    }

    @Nullable PeerConnection byId(ConnectionId id) {
        return connectionById.get(id);
    }

    @Nullable PeerConnection bySession(SessionId session) {
        return connectionBySession.get(session);
    }

    @Nullable PeerConnection byUsernameFragment(String usernameFragment) {
        return connectionByUsernameFragment.get(usernameFragment);
    }

    @Nullable PeerConnection byReceiverIndex(int receiverIndex) {
        return connectionByReceiverIndex.get(receiverIndex);
    }

    /** The connection whose agent asked; their number is bounded, and each look-up is one in a hash table. */
    @Nullable PeerConnection awaiting(TransactionId transactionId) {
        for (PeerConnection connection : connectionById.values()) {
            Attempt attempt = connection.attempt();
            if (attempt != null && attempt.agent().awaits(transactionId)) {
                return connection;
            }
        }
        return null;
    }

    /** Our call of this peer that it has not answered, or null. */
    @Nullable PeerConnection unansweredCall(PeerId peer) {
        return find(peer, PeerConnection::isUnansweredCall);
    }

    /** The offer of this peer that our application has not decided about, or null. */
    @Nullable PeerConnection offer(PeerId peer) {
        return find(peer, connection -> connection.state() == PeerConnection.State.OFFERED);
    }

    private @Nullable PeerConnection find(PeerId peer, Predicate<PeerConnection> condition) {
        for (PeerConnection connection : connectionById.values()) {
            if (connection.peer().equals(peer) && condition.test(connection)) {
                return connection;
            }
        }
        return null;
    }

    /** Attempts of others that are not established. */
    long halfOpen() {
        return connectionById.values().stream()
                .filter(ConnectionTable::isHalfOpenOffer)
                .count();
    }

    long halfOpen(PeerId peer) {
        return connectionById.values().stream()
                .filter(connection -> connection.peer().equals(peer) && isHalfOpenOffer(connection))
                .count();
    }

    /** What this peer began: connections and attempts. */
    long incoming(PeerId peer) {
        return connectionById.values().stream()
                .filter(connection ->
                        connection.isIncoming() && connection.peer().equals(peer))
                .count();
    }

    private static boolean isHalfOpenOffer(PeerConnection connection) {
        Attempt attempt = connection.attempt();
        return connection.isHalfOpen() && (attempt == null || !attempt.isCaller());
    }

    /** An index that no connection uses; zero stays free. */
    int newReceiverIndex(RandomGenerator random) {
        int index = random.nextInt();
        while (index == 0 || connectionByReceiverIndex.containsKey(index)) {
            index = random.nextInt();
        }
        return index;
    }

    int size() {
        return connectionById.size();
    }

    long established() {
        return connectionById.values().stream()
                .filter(connection -> connection.state() == PeerConnection.State.ESTABLISHED)
                .count();
    }

    /** A copy, in the order of their beginning. */
    List<PeerConnection> all() {
        return new ArrayList<>(connectionById.values());
    }
}
