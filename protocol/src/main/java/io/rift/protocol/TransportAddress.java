package io.rift.protocol;

import java.net.InetSocketAddress;

/**
 * RFC 8489: "the combination of an IP address and port number". A value: equal when both are.
 *
 * @param ip the address
 * @param port 0 to 65535
 */
public record TransportAddress(IpAddress ip, int port) {

    /** The largest port. */
    public static final int MAX_PORT = 65_535;

    /**
     * Checks the port.
     *
     * @throws IllegalArgumentException if the port is outside 0 to 65535
     */
    public TransportAddress {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is 0 to 65535, not " + port);
        }
    }

    /** An IPv4 transport address. */
    public static TransportAddress ofIpv4(int address, int port) {
        return new TransportAddress(IpAddress.ofIpv4(address), port);
    }

    /**
     * The same address for a core.
     *
     * @throws IllegalArgumentException if the address is an unresolved name
     */
    public static TransportAddress of(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException("'" + address + "' is not resolved");
        }
        return new TransportAddress(IpAddress.of(address.getAddress()), address.getPort());
    }

    /**
     * Reads {@code 192.0.2.1:3478} or {@code [2001:db8::1]:3478}.
     *
     * @throws IllegalArgumentException if the text is anything else
     */
    public static TransportAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        IpAddress ip = bracketed == host.contains(":")
                ? IpLiteral.parse(bracketed ? host.substring(1, host.length() - 1) : host)
                : null;
        if (ip == null) {
            throw new IllegalArgumentException("'" + text + "' is no address:port or [address]:port");
        }
        return new TransportAddress(ip, parsePort(text, text.substring(colon + 1)));
    }

    private static int parsePort(String text, String digits) {
        boolean decimal =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = decimal ? Integer.parseInt(digits) : -1;
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("'" + text + "' has no port of 0 to 65535");
        }
        return port;
    }

    /** The address for {@code java.net}. */
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(ip.toInetAddress(), port);
    }

    /** {@code 192.0.2.1:3478} or {@code [2001:db8::1]:3478}. */
    @Override
    public String toString() {
        return ip.isIpv4() ? ip + ":" + port : "[" + ip + "]:" + port;
    }
}
