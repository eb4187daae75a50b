package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where clients that want a new allocation are sent instead, with error 300, for instance while this server is drained.
 * What they have here they keep.
 *
 * @param servers at most one of each address family; clients of the other family are served here
 * @param domain the name in the certificate of those servers, for clients that use TLS or DTLS; empty for none
 */
public record AlternateServers(List<TransportAddress> servers, String domain) {

    /** Nowhere. */
    public static final AlternateServers NONE = new AlternateServers(List.of(), "");

    /** RFC 8489 section 14.16: "a valid DNS name (including A-labels) of 255 or less ASCII characters". */
    public static final int MAX_DOMAIN_BYTES = 255;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if there are two servers of a family, a port is 0, or the domain is no name of
     *     letters, digits, dashes and dots
     */
    public AlternateServers {
        servers = List.copyOf(servers);
        for (int i = 0; i < servers.size(); i++) {
            TransportAddress server = servers.get(i);
            if (server.port() == 0 || !server.equals(first(servers, server.ip().family()))) {
                throw new IllegalArgumentException(
                        "alternate servers are one of each address family, with a port: " + servers);
            }
        }
        boolean isName = domain.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '.');
        int bytes = domain.getBytes(StandardCharsets.UTF_8).length;
        if (!isName || bytes != domain.length() || bytes > MAX_DOMAIN_BYTES) {
            throw new IllegalArgumentException("'" + domain + "' is no DNS name of at most 255 ASCII characters");
        }
    }

    /** RFC 8489 section 14.15: of the same "IP address family" as the client's source address; null if there is none. */
    @Nullable TransportAddress of(IpAddress.Family family) {
        return first(servers, family);
    }

    private static @Nullable TransportAddress first(List<TransportAddress> servers, IpAddress.Family family) {
        for (TransportAddress server : servers) {
            if (server.ip().family() == family) {
                return server;
            }
        }
        return null;
    }
}
