package io.rift.server.address;

import io.rift.protocol.IpAddress;
import io.rift.protocol.IpAddress.Family;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of this machine's interfaces.
 *
 * @param all every unicast address, loopback included, link-local IPv6 not
 * @param up those of {@code all} whose interface is up and has a carrier. What is sent to one of the others arrives all
 *     the same if this machine is the sender
 * @param mainIpv4 from which the machine talks to the world over IPv4, if it does
 * @param mainIpv6 from which the machine talks to the world over IPv6, if it does
 */
public record HostAddresses(
        List<IpAddress> all,
        List<IpAddress> up,
        @Nullable IpAddress mainIpv4,
        @Nullable IpAddress mainIpv6) {

    /** Any public address does: connecting a UDP socket only looks up the route, nothing is sent. */
    private static final IpAddress SOMEWHERE_IPV4 = IpAddress.parse("198.41.0.4");

    private static final IpAddress SOMEWHERE_IPV6 = IpAddress.parse("2001:503:ba3e::2:30");
    private static final int DISCARD_PORT = 9;

    /** Takes copies. */
    public HostAddresses {
        all = List.copyOf(all);
        up = List.copyOf(up);
    }

    /** The addresses that the machine has now. */
    public static HostAddresses detect() {
        try {
            List<IpAddress> all = new ArrayList<>();
            List<IpAddress> up = new ArrayList<>();
            for (NetworkInterface networkInterface :
                    NetworkInterface.networkInterfaces().toList()) {
                List<IpAddress> addresses = networkInterface
                        .inetAddresses()
                        .filter(address -> address instanceof Inet4Address || !address.isLinkLocalAddress())
                        .map(IpAddress::of)
                        .toList();
                all.addAll(addresses);
                if (networkInterface.isUp()) {
                    up.addAll(addresses);
                }
            }
            return new HostAddresses(
                    all, up, main(Family.IPV4, SOMEWHERE_IPV4, up), main(Family.IPV6, SOMEWHERE_IPV6, up));
        } catch (SocketException e) {
            throw new UncheckedIOException("cannot list this machine's network interfaces", e);
        }
    }

    private static @Nullable IpAddress main(Family family, IpAddress somewhere, List<IpAddress> up) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.connect(new InetSocketAddress(somewhere.toInetAddress(), DISCARD_PORT));
            IpAddress source = IpAddress.of(socket.getLocalAddress());
            if (up.contains(source) && !isLoopback(source)) {
                return source;
            }
        } catch (SocketException | IllegalArgumentException e) {
            // no route of this family; an interface may still have an address
        }
        return up.stream()
                .filter(address -> address.family() == family && !isLoopback(address))
                .findFirst()
                .orElse(null);
    }

    /** The addresses at which others can reach this machine. */
    List<IpAddress> withoutLoopback() {
        return all.stream().filter(address -> !isLoopback(address)).toList();
    }

    /** The main address of this family, or the loopback address where there is none. */
    IpAddress mainOrLoopback(Family family) {
        IpAddress main = family == Family.IPV4 ? mainIpv4 : mainIpv6;
        return main != null ? main : IpAddress.parse(family == Family.IPV4 ? "127.0.0.1" : "::1");
    }

    static boolean isLoopback(IpAddress address) {
        return address.toInetAddress().isLoopbackAddress();
    }

    static boolean isWildcard(IpAddress address) {
        InetAddress inet = address.toInetAddress();
        return inet.isAnyLocalAddress();
    }
}
