package io.rift.server.socket;

import io.rift.server.core.turn.Administration;

/**
 * Something that an operator asks of one shard. It runs on the shard's event loop, between two bursts of packets, so it
 * has to be short.
 *
 * @param <T> the answer
 */
@FunctionalInterface
public interface ShardTask<T> {

    /** Asks the core. */
    T run(Administration administration, long nowNanos);
}
