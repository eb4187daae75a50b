package io.rift.simulation;

import io.rift.protocol.IpAddress;
import io.rift.simulation.network.Firewall;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.Link;
import io.rift.simulation.network.Nat;
import io.rift.simulation.network.Network;
import io.rift.simulation.network.Realm;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usual surroundings of a call: a server on a public address and any number of sites, each with a host of its own.
 * Public addresses are those that RFC 5737 sets aside for documentation.
 */
public final class Internet {
    /** Between a host and its router. */
    public static final Link LAN = Link.of(Duration.ofMillis(1));

    /** Between a site and the Internet: what a home has. */
    public static final Link ACCESS = Link.of(Duration.ofMillis(14)).withJitter(Duration.ofMillis(2));

    /** Between the server and the Internet. */
    public static final Link DATA_CENTRE = Link.of(Duration.ofMillis(5));

    private static final String SERVER_ADDRESS = "192.0.2.1";
    private static final String SITES = "203.0.113.";

    private final Network network;
    private final Host server;
    private int sites;

    /** A world with a server and no sites yet. */
    public Internet(long seed) {
        this.network = new Network(seed);
        this.server = network.host("server", network.internet(), SERVER_ADDRESS, DATA_CENTRE);
    }

    /** The network below. */
    public Network network() {
        return network;
    }

    /** The host of the server. */
    public Host server() {
        return server;
    }

    /** The blocks of the public addresses. */
    public List<String> publicBlocks() {
        return List.of(SERVER_ADDRESS + "/32", SITES + "0/24");
    }

    /** Another site with a host at it, joined to the Internet by the usual line. */
    public PeerSite site(String name, Site site) {
        return site(name, site, ACCESS);
    }

    /** Another site with a host at it. */
    public PeerSite site(String name, Site site, Link access) {
        sites++;
        String external = SITES + sites;
        return switch (site) {
            case Site.Public open ->
                new PeerSite(network.host(name, network.internet(), external, access), external, null);
            case Site.Firewalled firewalled -> {
                Firewall firewall = network.firewall(firewalled.filtering(), firewalled.timeout());
                yield new PeerSite(network.host(name, network.internet(), external, access, firewall), external, null);
            }
            case Site.BehindNat behind -> {
                Realm lan = network.realm(name + " lan");
                Nat nat = network.nat(name + " nat", behind.behavior(), lan, network.internet(), external, access);
                yield new PeerSite(network.host(name, lan, "10.0." + sites + ".2", LAN), external, nat);
            }
        };
    }

    /**
     * A peer's machine and what joins it to the Internet.
     *
     * @param host the machine
     * @param external the address that the Internet sees
     * @param nat the NAT in front of it, if there is one
     */
    public record PeerSite(
            Host host, IpAddress external, @Nullable Nat nat) {
        private PeerSite(Host host, String external, @Nullable Nat nat) {
            this(host, IpAddress.parse(external), nat);
        }

        /** Replaces the line to the Internet. */
        public void setAccess(Link access) {
            if (nat == null) {
                host.setLink(external, access);
            } else {
                nat.setLink(access);
            }
        }
    }
}
