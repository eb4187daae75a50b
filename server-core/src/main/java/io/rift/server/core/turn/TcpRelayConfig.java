package io.rift.server.core.turn;

/**
 * The bounds of TCP relaying, RFC 6062. All bounds hold per shard.
 *
 * @param enabled whether there is any; if not, REQUESTED-TRANSPORT for TCP gets 442
 * @param maxConnections connections to and from peers in all
 * @param maxConnectionsPerUser those of one account
 * @param maxConnectionsPerAllocation those of one allocation
 * @param maxUnboundPerAllocation those of one allocation that are being made, or that no ConnectionBind has claimed yet
 */
public record TcpRelayConfig(
        boolean enabled,
        int maxConnections,
        int maxConnectionsPerUser,
        int maxConnectionsPerAllocation,
        int maxUnboundPerAllocation) {

    /** No TCP relaying. */
    public static final TcpRelayConfig DISABLED = new TcpRelayConfig(false, 1, 1, 1, 1);

    /** TCP relaying within bounds that suit one small node. */
    public static final TcpRelayConfig ENABLED = new TcpRelayConfig(true, 2_000, 256, 64, 16);

    /** Connections of peers that a client is told of in a second, where few may wait for it at a time. */
    private static final int LEAST_ATTEMPTS_PER_SECOND = 32;

    /** RFC 6062 section 5.2: "The timeout value MUST be at least 30 seconds." */
    public static final int CONNECT_TIMEOUT_SECONDS = 30;

    /**
     * RFC 6062 sections 5.2 and 5.3: "If no ConnectionBind request associated with this peer data connection is received
     * after 30 seconds, the peer data connection MUST be closed."
     */
    public static final int BIND_TIMEOUT_SECONDS = 30;

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException if a bound is not positive
     */
    public TcpRelayConfig {
        requirePositive("bound on TCP connections", maxConnections);
        requirePositive("bound on TCP connections per user", maxConnectionsPerUser);
        requirePositive("bound on TCP connections per allocation", maxConnectionsPerAllocation);
        requirePositive("bound on unbound TCP connections", maxUnboundPerAllocation);
    }

    /** Of how many connections of peers a client is told in a second: of all that may wait for it, and as many again. */
    int attemptsPerSecond() {
        return Math.clamp(2L * maxUnboundPerAllocation, LEAST_ATTEMPTS_PER_SECOND, Integer.MAX_VALUE);
    }

    private static void requirePositive(String what, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("the " + what + " must be positive, not " + value);
        }
    }
}
