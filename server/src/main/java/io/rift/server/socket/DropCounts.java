package io.rift.server.socket;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The datagrams that the sockets of one shard gave up. Belongs to its event loop. */
final class DropCounts {

    private static final Logger LOG = LoggerFactory.getLogger(DropCounts.class);

    private final Map<SocketDrop, long[]> byReason = new EnumMap<>(SocketDrop.class);

    DropCounts() {
        for (SocketDrop reason : SocketDrop.values()) {
            byReason.put(reason, new long[1]);
        }
    }

    /** Counts one more, and tells how many there are now. */
    long add(SocketDrop reason) {
        return ++Objects.requireNonNull(byReason.get(reason))[0];
    }

    void sendFailed(Throwable cause) {
        add(SocketDrop.SEND_FAILED);
        LOG.debug("a datagram could not be sent", cause);
    }

    /** A bug: the datagram is given up, the shard goes on. Logged ever more rarely, as the sender may repeat it. */
    void failed(RuntimeException bug) {
        if (Long.bitCount(add(SocketDrop.INTERNAL_ERROR)) == 1) {
            LOG.error("an error in this server, a datagram was given up", bug);
        }
    }

    /** A copy, with every reason present. */
    Map<SocketDrop, Long> snapshot() {
        Map<SocketDrop, Long> counts = new EnumMap<>(SocketDrop.class);
        byReason.forEach((reason, count) -> counts.put(reason, count[0]));
        return counts;
    }
}
