package io.rift.server.rendezvous;

import io.rift.server.core.rendezvous.RendezvousLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Keys under {@code rift.rendezvous}.
 *
 * @param authorities Names under which clients dial the rendezvous, each as host (any port) or host:port. A client signs
 *     the name that it dialed, and one that is not in this list is refused: so another server cannot pass on this one's
 *     challenge. Behind a proxy or load balancer list the public name. Default: localhost, the name and the addresses of
 *     this machine, and rift.turn.external-addresses.
 * @param allowedOrigins Origins of web pages that may connect, such as https://chat.example, or * for all. Programs other
 *     than browsers send no Origin and are not affected. Default: none.
 * @param credentialsTtl For how long the TURN credentials that peers get are valid.
 * @param maxConnections WebSockets at a time.
 * @param maxConnectionsPerAddress WebSockets at a time from one IPv4 address or IPv6 /64. Behind a proxy all clients
 *     have its address, unless server.forward-headers-strategy is set. An eighth of them, but no fewer than 32, may be
 *     those of clients that have not signed in yet.
 */
@Validated
@ConfigurationProperties("rift.rendezvous")
public record RendezvousProperties(
        @DefaultValue List<@NotBlank String> authorities,
        @DefaultValue List<@NotBlank String> allowedOrigins,
        @DefaultValue("24h") Duration credentialsTtl,
        @DefaultValue("10000") @Min(1) @Max(1_000_000) int maxConnections,
        @DefaultValue("256") @Min(1) @Max(1_000_000) int maxConnectionsPerAddress) {

    private static final int CONNECTIONS_PER_UNAUTHENTICATED = 8;

    /** Takes copies. */
    public RendezvousProperties {
        authorities = List.copyOf(authorities);
        allowedOrigins = List.copyOf(allowedOrigins);
    }

    /** The core's bounds with these settings. */
    RendezvousLimits limits() {
        int unauthenticated = RendezvousLimits.DEFAULTS.maxUnauthenticatedConnections();
        return RendezvousLimits.DEFAULTS.withConnections(
                maxConnections,
                Math.min(maxConnections, unauthenticated),
                maxConnectionsPerAddress,
                Math.max(
                        RendezvousLimits.DEFAULTS.maxUnauthenticatedPerAddress(),
                        maxConnectionsPerAddress / CONNECTIONS_PER_UNAUTHENTICATED));
    }
}
