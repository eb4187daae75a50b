package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.stun}.
 *
 * @param secondPort UDP port of a second socket that answers STUN Binding requests and nothing else, from which peers
 *     learn how their NAT maps ports. 0 takes any free port. Default: the TURN port plus 1, or any free port when the
 *     TURN port is 0.
 */
@Validated
@ConfigurationProperties("rift.stun")
public record StunProperties(
        @Min(0) @Max(TransportAddress.MAX_PORT) @Nullable Integer secondPort) {

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
