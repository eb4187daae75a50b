package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Every peer data connection of the shard, found by CONNECTION-ID and by allocation and peer, and counted per account.
 * What ends here is closed by the shell.
 */
final class PeerConnections {

    /** Those of one allocation. */
    static final class OfAllocation {
        private final AddressTable<PeerConnection> byPeer;
        private int unbound;

        OfAllocation(long hashKey) {
            byPeer = new AddressTable<>(hashKey);
        }

        /** The connection with this peer, being made or there. */
        @Nullable PeerConnection get(TransportAddress peer) {
            return byPeer.get(peer);
        }
    }

    private final TcpRelayConfig config;
    private final Queue<TurnCommand> commands;
    private final DeadlineHeap deadlines;
    private final TurnCounters counters;
    private final Responder responder;
    private final RandomGenerator random;
    private final Map<Integer, PeerConnection> byConnectionId = new LinkedHashMap<>();
    private final Map<String, Integer> countByAccount = new HashMap<>();

    PeerConnections(
            TcpRelayConfig config,
            Queue<TurnCommand> commands,
            DeadlineHeap deadlines,
            TurnCounters counters,
            Responder responder,
            RandomGenerator random) {
        this.config = config;
        this.commands = commands;
        this.deadlines = deadlines;
        this.counters = counters;
        this.responder = responder;
        this.random = random;
    }

    /** Whether one more fits into every bound. */
    boolean fits(Allocation allocation, OfAllocation siblings) {
        return byConnectionId.size() < config.maxConnections()
                && countByAccount.getOrDefault(allocation.user().account(), 0) < config.maxConnectionsPerUser()
                && siblings.byPeer.size() < config.maxConnectionsPerAllocation()
                && siblings.unbound < config.maxUnboundPerAllocation();
    }

    /** Whether the client may be told of one more of a peer now. */
    boolean mayAnnounce(Allocation allocation, long nowNanos) {
        return allocation.mayHearOfAttempt(config.attemptsPerSecond(), nowNanos);
    }

    /**
     * A CONNECTION-ID that no connection has. RFC 6062 asks only for one that is unique; an unguessable one keeps those
     * who did not hear it from even trying.
     */
    int newConnectionId() {
        int id = random.nextInt();
        while (byConnectionId.containsKey(id)) {
            id = random.nextInt();
        }
        return id;
    }

    /** The connection with this CONNECTION-ID. */
    @Nullable PeerConnection get(int connectionId) {
        return byConnectionId.get(connectionId);
    }

    /** Adds one that is to be made or bound in time. */
    void add(PeerConnection connection, OfAllocation siblings, long nowNanos, int timeoutSeconds) {
        byConnectionId.put(connection.connectionId(), connection);
        countByAccount.merge(connection.allocation().user().account(), 1, Integer::sum);
        siblings.byPeer.put(connection.peer(), connection);
        siblings.unbound++;
        counters.peerConnections++;
        restartTimeout(connection, nowNanos, timeoutSeconds);
    }

    void restartTimeout(PeerConnection connection, long nowNanos, int timeoutSeconds) {
        deadlines.schedule(connection.timeout(), nowNanos + TimeUnit.SECONDS.toNanos(timeoutSeconds));
    }

    /** Its client has claimed it. */
    void bound(PeerConnection connection, OfAllocation siblings) {
        deadlines.cancel(connection.timeout());
        connection.changeTo(PeerConnection.State.BOUND);
        siblings.unbound--;
    }

    /** Ends one and has the shell close it, with the client data connection that it is spliced to. */
    void close(PeerConnection connection) {
        forget(connection);
        commands.add(new TurnCommand.ClosePeerConnection(connection));
    }

    /** Ends one that the shell has closed. A Connect request that waits for it is answered. */
    void forget(PeerConnection connection) {
        OfAllocation siblings = connection.allocation().peerConnections();
        if (connection.state() == PeerConnection.State.CLOSED || siblings == null) {
            throw new IllegalStateException(connection + " ends twice");
        }
        if (connection.state() != PeerConnection.State.BOUND) {
            siblings.unbound--;
        }
        connection.changeTo(PeerConnection.State.CLOSED);
        deadlines.cancel(connection.timeout());
        siblings.byPeer.remove(connection.peer());
        byConnectionId.remove(connection.connectionId());
        countByAccount.computeIfPresent(
                connection.allocation().user().account(), (account, n) -> n == 1 ? null : n - 1);
        counters.peerConnections--;
        // "If the connection attempt fails or times out, the server MUST return a 447 (Connection Timeout or Failure)
        // error."
        Reply reply = connection.takeConnectReply();
        if (reply != null) {
            responder.error(reply, ErrorCode.CONNECTION_TIMEOUT_OR_FAILURE);
        }
    }

    /** Ends the connections with peers that are refused under a changed policy. */
    void closeRefused(PeerAccess access) {
        List.copyOf(byConnectionId.values()).stream()
                .filter(connection -> !access.mayConnectTo(connection.peer()))
                .forEach(this::close);
    }

    /** RFC 6062 section 5.5: what a relayed transport address leaves when it ends. */
    void closeAll(Relay relay) {
        OfAllocation siblings = relay.allocation().peerConnections();
        if (siblings != null) {
            // "If the allocation associated with a data connection expires, the data connection MUST be closed."
            siblings.byPeer.toList().stream()
                    .filter(connection -> connection.peer().ip().family() == relay.family())
                    .forEach(this::close);
        }
    }
}
