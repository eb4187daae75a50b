package io.rift.server.rendezvous;

import io.rift.protocol.IpAddress;
import io.rift.server.address.AddressPlan;
import io.rift.server.address.HostAddresses;
import io.rift.server.core.rendezvous.Authorities;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names that this server surely has, when nobody says which. */
final class ServerNames {
    private static final Logger LOG = LoggerFactory.getLogger(ServerNames.class);

    private ServerNames() {}

    /** {@code localhost}, the machine's name, its addresses, and those under which the world reaches it. */
    static Authorities detect(AddressPlan plan, HostAddresses host) {
        List<String> names = new ArrayList<>();
        names.add("localhost");
        String hostName = hostName();
        if (hostName != null) {
            names.add(hostName);
        }
        host.all().forEach(address -> names.add(text(address)));
        plan.own().forEach(address -> names.add(text(address)));
        return Authorities.of(names);
    }

    private static String text(IpAddress address) {
        return address.isIpv4() ? address.toString() : "[" + address + "]";
    }

    private static @Nullable String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            Authorities.of(List.of(name));
            return name;
        } catch (UnknownHostException | IllegalArgumentException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("this machine has no name that could be dialed");
            return null;
        }
    }
}
