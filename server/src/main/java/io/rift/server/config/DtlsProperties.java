package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.dtls}.
 *
 * @param port UDP port for STUN and TURN over DTLS, when rift.turn.tls.bundle is set; that of turns: URIs is 5349. 0
 *     takes any free port, -1 opens none. Associations count as connections in rift.turn.tcp.
 */
@Validated
@ConfigurationProperties("rift.turn.dtls")
public record DtlsProperties(
        @DefaultValue("-1") @Min(-1) @Max(TransportAddress.MAX_PORT) int port) {

    /** The setting of the port. */
    public static final String PORT_KEY = "rift.turn.dtls.port";
}
