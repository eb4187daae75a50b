package io.rift.server.socket;

import io.rift.server.core.turn.TurnCounters;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a shard has done up to some moment, safe to read from any thread.
 *
 * @param turn counters of its core; never changed again
 * @param socketDrops datagrams that its sockets dropped, with every reason present
 */
public record ShardCounters(TurnCounters turn, Map<SocketDrop, Long> socketDrops) {

    /** Takes a copy. */
    public ShardCounters {
        socketDrops = new EnumMap<>(socketDrops);
    }

    /** Datagrams dropped for this reason. */
    public long drops(SocketDrop reason) {
        return socketDrops.getOrDefault(reason, 0L);
    }
}
