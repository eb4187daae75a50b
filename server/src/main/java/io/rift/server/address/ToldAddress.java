package io.rift.server.address;

import io.rift.protocol.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The addresses of a connection's ends as the web server tells them. */
public final class ToldAddress {

    private static final InetSocketAddress UNKNOWN = new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0);

    private ToldAddress() {}

    /**
     * A resolved address, 0.0.0.0 where there is none. What a proxy said comes unresolved, and counts if it is a
     * literal: no name is looked up for a stranger.
     */
    public static InetSocketAddress known(@Nullable InetSocketAddress address) {
        if (address == null) {
            return UNKNOWN;
        }
        if (!address.isUnresolved()) {
            return address;
        }
        String host = address.getHostString();
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        try {
            IpAddress ip = IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host);
            return new InetSocketAddress(ip.toInetAddress(), address.getPort());
        } catch (IllegalArgumentException _) {
            return UNKNOWN;
        }
    }
}
