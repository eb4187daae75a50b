package io.rift.server.core.rendezvous;

import java.time.Duration;

/**
 * Every bound of the rendezvous. {@link #DEFAULTS} suits one server of a few thousand peers.
 *
 * @param maxConnections connections in all
 * @param maxUnauthenticatedConnections connections that have not proved an identity yet
 * @param maxConnectionsPerAddress connections from one IPv4 address or one IPv6 /64
 * @param maxUnauthenticatedPerAddress those of them that have not proved an identity yet
 * @param maxCallsPerPeer sessions that one peer has opened
 * @param maxCallsToPeer sessions that others have opened to one peer
 * @param maxSessionsPerPair sessions that one peer has opened to the same other one
 * @param messageBurst tokens that a connection holds; a message costs one, and one more per {@link #BYTES_PER_TOKEN}
 * @param messagesPerSecond tokens that it gains
 * @param connectBurst sessions that a connection can open at once
 * @param connectsPerSecond sessions that it can open in the long run
 * @param floodTolerance dropped and unreadable messages after which a connection is closed; one a second is forgiven
 * @param authenticationTimeout for how long a connection may stay unauthenticated
 * @param pingInterval how long a client may be quiet before it is pinged
 * @param idleTimeout how long a client may be quiet before it is closed
 * @param sessionTimeout how long a session may be quiet before it is forgotten
 */
public record RendezvousLimits(
        int maxConnections,
        int maxUnauthenticatedConnections,
        int maxConnectionsPerAddress,
        int maxUnauthenticatedPerAddress,
        int maxCallsPerPeer,
        int maxCallsToPeer,
        int maxSessionsPerPair,
        int messageBurst,
        int messagesPerSecond,
        int connectBurst,
        int connectsPerSecond,
        int floodTolerance,
        Duration authenticationTimeout,
        Duration pingInterval,
        Duration idleTimeout,
        Duration sessionTimeout) {

    /** Characters that a message may have per token. */
    public static final int BYTES_PER_TOKEN = 4_096;

    /** See each component. */
    public static final RendezvousLimits DEFAULTS = new RendezvousLimits(
            10_000,
            1_000,
            256,
            32,
            64,
            256,
            8,
            100,
            20,
            20,
            2,
            50,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(120));

    /** Checks that each bound is positive and that a ping comes before the idle timeout. */
    public RendezvousLimits {
        requirePositive(maxConnections, "maxConnections");
        requirePositive(maxUnauthenticatedConnections, "maxUnauthenticatedConnections");
        requirePositive(maxConnectionsPerAddress, "maxConnectionsPerAddress");
        requirePositive(maxUnauthenticatedPerAddress, "maxUnauthenticatedPerAddress");
        requirePositive(maxCallsPerPeer, "maxCallsPerPeer");
        requirePositive(maxCallsToPeer, "maxCallsToPeer");
        requirePositive(maxSessionsPerPair, "maxSessionsPerPair");
        requirePositive(messageBurst, "messageBurst");
        requirePositive(messagesPerSecond, "messagesPerSecond");
        requirePositive(connectBurst, "connectBurst");
        requirePositive(connectsPerSecond, "connectsPerSecond");
        requirePositive(floodTolerance, "floodTolerance");
        requirePositive(authenticationTimeout, "authenticationTimeout");
        requirePositive(pingInterval, "pingInterval");
        requirePositive(idleTimeout, "idleTimeout");
        requirePositive(sessionTimeout, "sessionTimeout");
        if (pingInterval.compareTo(idleTimeout) >= 0) {
            throw new IllegalArgumentException(
                    "a ping interval of " + pingInterval + " is no shorter than the idle timeout of " + idleTimeout);
        }
    }

    /** The same bounds but for the number of connections. */
    public RendezvousLimits withConnections(
            int all, int unauthenticated, int perAddress, int unauthenticatedPerAddress) {
        return new RendezvousLimits(
                all,
                unauthenticated,
                perAddress,
                unauthenticatedPerAddress,
                maxCallsPerPeer,
                maxCallsToPeer,
                maxSessionsPerPair,
                messageBurst,
                messagesPerSecond,
                connectBurst,
                connectsPerSecond,
                floodTolerance,
                authenticationTimeout,
                pingInterval,
                idleTimeout,
                sessionTimeout);
    }

    private static void requirePositive(int bound, String name) {
        if (bound < 1) {
            throw new IllegalArgumentException(name + " is " + bound);
        }
    }

    private static void requirePositive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration);
        }
    }
}
