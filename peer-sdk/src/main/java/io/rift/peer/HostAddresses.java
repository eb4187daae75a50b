package io.rift.peer;

import io.rift.protocol.IpAddress;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The addresses of this machine at which a socket that is bound to all of them can be reached. */
final class HostAddresses {

    private static final Logger LOG = LoggerFactory.getLogger(HostAddresses.class);

    private HostAddresses() {}

    /**
     * All addresses that others could send to, IPv4 first.
     *
     * @param withLoopback whether the loopback addresses count, because the peers are on one machine
     */
    static List<IpAddress> enumerate(boolean withLoopback) {
        Set<IpAddress> ipv4 = new LinkedHashSet<>();
        Set<IpAddress> ipv6 = new LinkedHashSet<>();
        Set<IpAddress> loopback = new LinkedHashSet<>();
        try {
            for (NetworkInterface nic : NetworkInterface.networkInterfaces().toList()) {
                if (nic.isUp()) {
                    nic.inetAddresses().forEach(address -> sort(address, ipv4, ipv6, loopback));
                }
            }
        } catch (SocketException e) {
            LOG.warn("cannot list the network interfaces, so there are no host candidates", e);
        }
        List<IpAddress> all = new ArrayList<>(ipv4);
        all.addAll(ipv6);
        if (withLoopback) {
            all.addAll(loopback);
        }
        return all;
    }

    private static void sort(InetAddress address, Set<IpAddress> ipv4, Set<IpAddress> ipv6, Set<IpAddress> loopback) {
        IpAddress ip = IpAddress.of(address);
        if (address.isLoopbackAddress()) {
            loopback.add(ip);
        } else if (!address.isLinkLocalAddress() && !address.isMulticastAddress() && !address.isAnyLocalAddress()) {
            (ip.isIpv4() ? ipv4 : ipv6).add(ip);
        }
    }

    /** The address of an ICE server; looks a name up, so it may block. Null if there is no such name. */
    static @Nullable InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            LOG.warn("an ICE server is left out, because its name has no address");
            LOG.debug("no address for {}", host);
            return null;
        }
    }
}
