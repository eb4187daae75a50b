package io.rift.server.socket;

import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.TurnCounters;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a shard has done up to some moment, safe to read from any thread.
 *
 * @param turn counters of its core; never changed again
 * @param socketDrops datagrams that its sockets dropped, with every reason present
 * @param connections that are open now, for each transport that has any
 * @param connectionEnds connections that it ended or refused, with every reason present
 */
public record ShardCounters(
        TurnCounters turn,
        Map<SocketDrop, Long> socketDrops,
        Map<ClientTransport, Long> connections,
        Map<ConnectionEnd, Long> connectionEnds) {

    /** Takes copies. */
    public ShardCounters {
        socketDrops = new EnumMap<>(socketDrops);
        connections = new EnumMap<>(connections);
        connectionEnds = new EnumMap<>(connectionEnds);
    }

    /** The sum of all shards. */
    static ShardCounters sum(Collection<ShardCounters> all) {
        TurnCounters turn = all.iterator().next().turn().snapshot();
        Map<SocketDrop, Long> drops = new EnumMap<>(SocketDrop.class);
        Map<ClientTransport, Long> connections = new EnumMap<>(ClientTransport.class);
        Map<ConnectionEnd, Long> ends = new EnumMap<>(ConnectionEnd.class);
        boolean first = true;
        for (ShardCounters shard : all) {
            if (!first) {
                turn.add(shard.turn());
            }
            first = false;
            shard.socketDrops().forEach((reason, count) -> drops.merge(reason, count, Long::sum));
            shard.connections().forEach((transport, count) -> connections.merge(transport, count, Long::sum));
            shard.connectionEnds().forEach((reason, count) -> ends.merge(reason, count, Long::sum));
        }
        return new ShardCounters(turn, drops, connections, ends);
    }

    /** Datagrams dropped for this reason. */
    public long drops(SocketDrop reason) {
        return socketDrops.getOrDefault(reason, 0L);
    }

    /** Connections over this transport that are open. */
    public long connections(ClientTransport transport) {
        return connections.getOrDefault(transport, 0L);
    }

    /** Connections that were ended or refused for this reason. */
    public long ends(ConnectionEnd reason) {
        return connectionEnds.getOrDefault(reason, 0L);
    }
}
