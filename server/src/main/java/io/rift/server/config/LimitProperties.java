package io.rift.server.config;

import io.rift.server.core.quota.Bounds;
import io.rift.server.core.quota.RateLimit;
import io.rift.server.core.quota.TurnLimits;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.limits}: what the users of the relay may have and do. A user is a user name, or for a
 * time-limited one the name behind its expiry, over all of its allocations.
 *
 * @param maxPermissions Permissions (peer IP addresses) of all users together. Beyond it error 508.
 * @param maxPermissionsPerUser Permissions of one user. Beyond it error 508.
 * @param maxPermissionsPerAllocation Permissions of one allocation. Beyond it error 508.
 * @param maxChannels Channel bindings of all users together. Beyond it error 508.
 * @param maxChannelsPerUser Channel bindings of one user. Beyond it error 508.
 * @param maxChannelsPerAllocation Channel bindings of one allocation. Beyond it error 508.
 * @param maxPeers Peer transport addresses to which Send indications of all users go. Beyond it data is dropped.
 * @param maxPeersPerUser Peer transport addresses to which Send indications of one user go. Beyond it data is dropped.
 * @param maxPeersPerAllocation Peer transport addresses to which Send indications of one allocation go. Beyond it data is
 *     dropped.
 * @param bandwidth Bytes per second that the relay carries for all users together: both directions added, with the IP and
 *     UDP headers on the peer's side. What is beyond it is dropped. 0 is no limit.
 * @param bandwidthBurst Bytes that may exceed the bandwidth for a moment. Default: one second's worth.
 * @param userBandwidth Bytes per second for each user, counted in the same way. 0 is no limit.
 * @param userBandwidthBurst Bytes that may exceed it for a moment. Default: one second's worth.
 * @param newPeersPerSecond Peers per second to which a user may turn that it has not talked to lately: IP addresses for
 *     permissions, and each further port of one for channels and Send indications. Keeps the relay from being a port
 *     scanner. Beyond it requests get error 508, and data is dropped. 0 is no limit.
 * @param newPeersBurst New peers to which a user may turn at once. Where many clients share one user name, raise it with
 *     rift.turn.max-allocations-per-user.
 */
@Validated
@ConfigurationProperties("rift.turn.limits")
public record LimitProperties(
        @DefaultValue("200000") @Min(1) int maxPermissions,
        @DefaultValue("4096") @Min(1) int maxPermissionsPerUser,
        @DefaultValue("256") @Min(1) int maxPermissionsPerAllocation,
        @DefaultValue("200000") @Min(1) int maxChannels,
        @DefaultValue("4096") @Min(1) int maxChannelsPerUser,
        @DefaultValue("256") @Min(1) int maxChannelsPerAllocation,
        @DefaultValue("200000") @Min(1) int maxPeers,
        @DefaultValue("4096") @Min(1) int maxPeersPerUser,
        @DefaultValue("512") @Min(1) int maxPeersPerAllocation,
        @DefaultValue("0") DataSize bandwidth,
        @Nullable DataSize bandwidthBurst,
        @DefaultValue("0") DataSize userBandwidth,
        @Nullable DataSize userBandwidthBurst,
        @DefaultValue("20") @Min(0) int newPeersPerSecond,
        @DefaultValue("1000") @Min(1) int newPeersBurst) {

    /**
     * The limits of the whole node.
     *
     * @throws ConfigurationException if they contradict each other
     */
    public TurnLimits limits(TurnProperties turn) {
        try {
            return new TurnLimits(
                    turn.maxAllocations(),
                    turn.maxAllocationsPerUser(),
                    new Bounds(maxPermissions, maxPermissionsPerUser, maxPermissionsPerAllocation),
                    new Bounds(maxChannels, maxChannelsPerUser, maxChannelsPerAllocation),
                    new Bounds(maxPeers, maxPeersPerUser, maxPeersPerAllocation),
                    rate(bandwidth, bandwidthBurst),
                    rate(userBandwidth, userBandwidthBurst),
                    newPeersPerSecond == 0 ? RateLimit.UNLIMITED : new RateLimit(newPeersPerSecond, newPeersBurst));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("rift.turn.limits: " + e.getMessage(), e);
        }
    }

    private static RateLimit rate(DataSize perSecond, @Nullable DataSize burst) {
        if (perSecond.toBytes() == 0) {
            return RateLimit.UNLIMITED;
        }
        long burstBytes = burst == null
                ? Math.clamp(perSecond.toBytes(), TurnLimits.MIN_BURST_BYTES, RateLimit.MAX_BURST)
                : burst.toBytes();
        return new RateLimit(perSecond.toBytes(), burstBytes);
    }
}
