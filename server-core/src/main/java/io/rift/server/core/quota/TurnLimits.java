package io.rift.server.core.quota;

/**
 * What the users of a relay may have and do. It can be changed while the relay runs: what lives then stays, and nothing
 * new is made beyond the new bounds.
 *
 * <p>A user here is an account: the user name, or for a time-limited user the name behind its expiry.
 *
 * @param maxAllocations live allocations in all; beyond it 508
 * @param maxAllocationsPerUser live allocations of one user; beyond it 486
 * @param permissions live permissions, which are peer IP addresses; beyond one of the bounds 508
 * @param channels live channel bindings; beyond one of the bounds 508
 * @param peers transport addresses to which Send indications go; data to more of them is dropped
 * @param bandwidth bytes per second of all users together, both directions added
 * @param userBandwidth bytes per second of one user, both directions added
 * @param newPeers peers per second that one user has not talked to lately; beyond it 508, or the data is dropped
 */
public record TurnLimits(
        int maxAllocations,
        int maxAllocationsPerUser,
        Bounds permissions,
        Bounds channels,
        Bounds peers,
        RateLimit bandwidth,
        RateLimit userBandwidth,
        RateLimit newPeers) {

    /**
     * The smallest burst of a bandwidth: the largest UDP datagram over IPv6, with its headers. Less would never let it
     * pass.
     */
    public static final int MIN_BURST_BYTES = 65_575;

    /**
     * What suits one small node. New peers: an ICE agent makes at most 100 checks at a time (RFC 8445 section 6.1.2.5),
     * so 64 allocations of one user rarely need a thousand peers at once; whoever scans ports needs 65,535 per host.
     */
    public static final TurnLimits DEFAULTS = new TurnLimits(
            16_000,
            64,
            new Bounds(200_000, 4_096, 256),
            new Bounds(200_000, 4_096, 256),
            new Bounds(200_000, 4_096, 512),
            RateLimit.UNLIMITED,
            RateLimit.UNLIMITED,
            new RateLimit(20, 1_000));

    /**
     * Checks the values against each other.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public TurnLimits {
        requirePositive("allocation bound", maxAllocations);
        requirePositive("allocation bound per user", maxAllocationsPerUser);
        requireRoomForADatagram("bandwidth", bandwidth);
        requireRoomForADatagram("bandwidth per user", userBandwidth);
    }

    private static void requirePositive(String what, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("the " + what + " must be positive, not " + value);
        }
    }

    private static void requireRoomForADatagram(String what, RateLimit limit) {
        if (!limit.isUnlimited() && limit.burst() < MIN_BURST_BYTES) {
            throw new IllegalArgumentException("the burst of the " + what + " must be at least " + MIN_BURST_BYTES
                    + " bytes, one large datagram, not " + limit.burst());
        }
    }

    /** The same with another bound. */
    public TurnLimits withMaxAllocations(int bound) {
        return new TurnLimits(
                bound, maxAllocationsPerUser, permissions, channels, peers, bandwidth, userBandwidth, newPeers);
    }

    /** The same with another bound. */
    public TurnLimits withMaxAllocationsPerUser(int bound) {
        return new TurnLimits(maxAllocations, bound, permissions, channels, peers, bandwidth, userBandwidth, newPeers);
    }

    /** The same with other bounds. */
    public TurnLimits withPermissions(Bounds bounds) {
        return new TurnLimits(
                maxAllocations, maxAllocationsPerUser, bounds, channels, peers, bandwidth, userBandwidth, newPeers);
    }

    /** The same with other bounds. */
    public TurnLimits withChannels(Bounds bounds) {
        return new TurnLimits(
                maxAllocations, maxAllocationsPerUser, permissions, bounds, peers, bandwidth, userBandwidth, newPeers);
    }

    /** The same with other bounds. */
    public TurnLimits withPeers(Bounds bounds) {
        return new TurnLimits(
                maxAllocations,
                maxAllocationsPerUser,
                permissions,
                channels,
                bounds,
                bandwidth,
                userBandwidth,
                newPeers);
    }

    /** The same with other rates of bytes. */
    public TurnLimits withBandwidth(RateLimit inAll, RateLimit perUser) {
        return new TurnLimits(
                maxAllocations, maxAllocationsPerUser, permissions, channels, peers, inAll, perUser, newPeers);
    }

    /** The same with another rate of new peers. */
    public TurnLimits withNewPeers(RateLimit limit) {
        return new TurnLimits(
                maxAllocations, maxAllocationsPerUser, permissions, channels, peers, bandwidth, userBandwidth, limit);
    }

    /** The part of one of several shards, rounded up. */
    public TurnLimits dividedBy(int shards) {
        return new TurnLimits(
                Math.ceilDiv(maxAllocations, shards),
                Math.ceilDiv(maxAllocationsPerUser, shards),
                permissions.dividedBy(shards),
                channels.dividedBy(shards),
                peers.dividedBy(shards),
                bandwidth.dividedBy(shards),
                userBandwidth.dividedBy(shards),
                newPeers.dividedBy(shards));
    }
}
