package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.tcp}.
 *
 * @param port TCP port for STUN and TURN, on the same addresses as rift.turn.port. 0 takes any free port, -1 opens none.
 *     Default: the number of rift.turn.port.
 * @param maxConnections Connections of clients at a time, over TCP, TLS and DTLS together. One more takes the place of
 *     the oldest without an allocation, or is closed at once where all have one.
 * @param maxConnectionsPerAddress Connections at a time from one IPv4 address or IPv6 /64.
 * @param maxWaiting Connections without an allocation at a time, on each shard. One more pushes out the oldest of them,
 *     so that a flood of connections that say nothing does not keep others out.
 * @param messageTimeout For how long a connection may be open without a complete message of STUN, with the TLS
 *     handshake before it.
 * @param allocationTimeout For how long a connection may be open without an allocation.
 */
@Validated
@ConfigurationProperties("rift.turn.tcp")
public record TcpProperties(
        @Min(-1) @Max(TransportAddress.MAX_PORT) @Nullable Integer port,

        @DefaultValue("16000") @Min(1) int maxConnections,
        @DefaultValue("256") @Min(1) int maxConnectionsPerAddress,
        @DefaultValue("1000") @Min(1) int maxWaiting,
        @DefaultValue("10s") @DurationMin(seconds = 1) Duration messageTimeout,
        @DefaultValue("60s") @DurationMin(seconds = 1) Duration allocationTimeout) {

    /**
     * The port to bind, negative for none.
     *
     * @param turnPort the configured {@code rift.turn.port}
     */
    public int portOr(int turnPort) {
        return port == null ? turnPort : port;
    }
}
