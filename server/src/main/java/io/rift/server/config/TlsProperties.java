package io.rift.server.config;

import io.rift.protocol.TransportAddress;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.turn.tls}.
 *
 * @param bundle Name of the SSL bundle with the certificate for TLS and DTLS: NAME of spring.ssl.bundle.pem.NAME. A
 *     renewed certificate is used for new connections without a restart: at once with reload-on-update there, else at
 *     the next reload (SIGHUP). Default: none, and
 *     neither TLS nor DTLS is offered.
 * @param port TCP port for STUN and TURN over TLS, when there is a bundle. 0 takes any free port, -1 opens none.
 */
@Validated
@ConfigurationProperties("rift.turn.tls")
public record TlsProperties(
        @Nullable String bundle,

        @DefaultValue("5349") @Min(-1) @Max(TransportAddress.MAX_PORT) int port) {

    /** The setting that names the bundle. */
    public static final String BUNDLE_KEY = "rift.turn.tls.bundle";

    /** The setting of the port. */
    public static final String PORT_KEY = "rift.turn.tls.port";
}
