package io.rift.server.socket;

import java.time.Duration;

/**
 * Bounds of the connections of clients, over TCP and TLS together.
 *
 * @param maxConnections at a time on this node
 * @param maxPerAddress at a time from one IPv4 address or IPv6 /64
 * @param maxWaiting without an allocation at a time on one shard; one more pushes out the oldest
 * @param messageTimeout from accepting a connection to its first complete message, handshakes included
 * @param allocationTimeout for how long a connection may be without an allocation
 */
public record ConnectionBounds(
        int maxConnections, int maxPerAddress, int maxWaiting, Duration messageTimeout, Duration allocationTimeout) {}
