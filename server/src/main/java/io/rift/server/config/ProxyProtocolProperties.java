package io.rift.server.config;

import io.rift.server.core.peerpolicy.Cidr;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Keys under {@code rift.turn.proxy-protocol}.
 *
 * @param trustedProxies CIDR blocks of the proxies whose connections, over TCP and TLS, begin with a header of the HAProxy
 *     PROXY protocol, version 2, that tells the client's address. From them the header is required; from others it is
 *     refused like anything that is no STUN. Default: none.
 */
@ConfigurationProperties("rift.turn.proxy-protocol")
public record ProxyProtocolProperties(@DefaultValue List<Cidr> trustedProxies) {

    /** Takes a copy. */
    public ProxyProtocolProperties {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
