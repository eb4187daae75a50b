package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.dtls}.
 *
 * @param port UDP port for STUN and TURN over DTLS, when rift.turn.tls.bundle is set. 0 takes any free port, -1 opens
 *     none. Associations count as connections in rift.turn.tcp. Default: the number of rift.turn.tls.port.
 */
@Validated
@ConfigurationProperties("rift.turn.dtls")
public record DtlsProperties(
        @Min(-1) @Max(TransportAddress.MAX_PORT) @Nullable Integer port) {

    /**
     * The port to bind, negative for none.
     *
     * @param tlsPort the configured {@code rift.turn.tls.port}
     */
    public int portOr(int tlsPort) {
        return port == null ? tlsPort : port;
    }
}
