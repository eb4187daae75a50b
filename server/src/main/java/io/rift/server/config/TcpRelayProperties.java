package io.rift.server.config;

import io.rift.server.core.turn.TcpRelayConfig;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.tcp-relay}.
 *
 * @param enabled Whether clients over TCP and TLS can have TCP relayed (RFC 6062) as well as UDP. WebRTC does not use it,
 *     and with it every user can reach every public TCP service from this server's address, so it is off unless wanted.
 *     Relayed transport addresses for TCP have the ports of rift.turn.relay-ports. Needs an operating system on which
 *     SO_REUSEPORT lets a connection leave from a port that is listened on, such as Linux. With more than one of
 *     rift.turn.shards, a ConnectionBind is good only on the shard of its allocation (error 400 on another).
 * @param maxConnections Connections with peers at a time, the ones being made included. Beyond it a Connect request gets
 *     error 508, and a peer that connects is closed.
 * @param maxConnectionsPerUser Those of one user, as in rift.turn.max-allocations-per-user.
 * @param maxConnectionsPerAllocation Those of one allocation.
 * @param maxUnboundPerAllocation Those of one allocation that are being made or that no ConnectionBind request has
 *     claimed yet, for which each has 30 seconds. In a second the client is told of twice as many that peers make, or of
 *     32 if that is more.
 */
@Validated
@ConfigurationProperties("rift.turn.tcp-relay")
public record TcpRelayProperties(
        @DefaultValue("false") boolean enabled,
        @DefaultValue("2000") @Min(1) int maxConnections,
        @DefaultValue("256") @Min(1) int maxConnectionsPerUser,
        @DefaultValue("64") @Min(1) int maxConnectionsPerAllocation,
        @DefaultValue("16") @Min(1) int maxUnboundPerAllocation) {

    /**
     * The bounds of one of so many shards. The first two hold for the node as a whole, so each shard gets its part.
     *
     * @param shards that share them
     */
    public TcpRelayConfig ofShard(int shards) {
        return new TcpRelayConfig(
                enabled,
                Math.ceilDiv(maxConnections, shards),
                Math.ceilDiv(maxConnectionsPerUser, shards),
                maxConnectionsPerAllocation,
                maxUnboundPerAllocation);
    }
}
