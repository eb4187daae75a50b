package io.rift.server.config;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.stun}.
 *
 * @param secondPort UDP port of a second socket that answers STUN Binding requests and nothing else, from which peers
 *     learn how their NAT maps ports. 0 takes any free port. Default: the TURN port plus 1, or any free port when the
 *     TURN port is 0.
 * @param discovery NAT behaviour discovery.
 */
@Validated
@ConfigurationProperties("rift.stun")
public record StunProperties(
        @Min(0) @Max(TransportAddress.MAX_PORT) @Nullable Integer secondPort,

        @DefaultValue Discovery discovery) {

    /**
     * Keys under {@code rift.stun.discovery}.
     *
     * @param enabled Whether to answer the requests of RFC 5780, by which clients learn how their NAT maps and filters:
     *     the server then answers from its other address or port when it is asked to. It needs two IP addresses.
     * @param secondAddress The second IP address, one of those that the server listens on, of the same family as the
     *     first. Both ports of rift.turn.port and rift.stun.second-port are used on both. Default: the second of
     *     rift.turn.bind-addresses.
     */
    public record Discovery(
            @DefaultValue("false") boolean enabled,
            @Nullable IpAddress secondAddress) {}

    /**
     * The port to bind.
     *
     * @param turnPort the configured {@code rift.turn.port}
     * @throws ConfigurationException if there is no port after the TURN port, or both are the same
     */
    public int secondPortOr(int turnPort) {
        if (secondPort != null) {
            if (secondPort != 0 && secondPort == turnPort) {
                throw new ConfigurationException("rift.stun.second-port=" + secondPort
                        + ": must differ from rift.turn.port, a peer compares the mappings to two ports");
            }
            return secondPort;
        }
        if (turnPort == TransportAddress.MAX_PORT) {
            throw new ConfigurationException(
                    "rift.turn.port=" + turnPort + ": no port follows it for STUN, so set rift.stun.second-port");
        }
        return turnPort == 0 ? 0 : turnPort + 1;
    }
}
