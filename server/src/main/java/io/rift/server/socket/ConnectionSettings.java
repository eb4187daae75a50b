package io.rift.server.socket;

import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.tls.ServerCertificates;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to open for clients that connect.
 *
 * @param tcpPort port for STUN and TURN over TCP, 0 for any, negative for none
 * @param tlsPort port for STUN and TURN over TLS, 0 for any, negative for none
 * @param dtlsPort UDP port for STUN and TURN over DTLS, 0 for any, negative for none
 * @param certificates for TLS and DTLS; null for neither
 * @param trustedProxies whose connections begin with a header of the PROXY protocol
 * @param bounds of all connections together
 */
public record ConnectionSettings(
        int tcpPort,
        int tlsPort,
        int dtlsPort,
        @Nullable ServerCertificates certificates,
        List<Cidr> trustedProxies,
        ConnectionBounds bounds) {

    /** Takes a copy. */
    public ConnectionSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }
}
