package io.rift.simulation;

import io.rift.protocol.IpAddress;
import io.rift.simulation.network.Firewall;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.Link;
import io.rift.simulation.network.Nat;
import io.rift.simulation.network.NatBehavior;
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
        this(new Network(seed));
    }

    /** A world with a server and no sites yet, whose monotonic clock starts at the given instant. */
    public Internet(long seed, long startNanos) {
        this(new Network(seed, startNanos));
    }

    private Internet(Network network) {
        this.network = network;
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
        return site(name, site, access, network.internet(), SITES + (sites + 1));
    }

    /** A site that a carrier's NAT stands in front of: its own external address is of RFC 6598's shared space. */
    public PeerSite siteBehindCarrier(String name, Site site, Realm carrier) {
        return site(name, site, ACCESS, carrier, "100.64.0." + (sites + 1));
    }

    /** A carrier's NAT with the shared address space behind it. */
    public Realm carrier(String name, NatBehavior behavior) {
        sites++;
        Realm carrier = network.realm(name);
        network.nat(name + " nat", behavior, carrier, network.internet(), SITES + sites, DATA_CENTRE);
        return carrier;
    }

    /** Another host in the LAN of a site. */
    public PeerSite neighbour(String name, PeerSite site) {
        sites++;
        Host host = network.host(name, site.realm(), "192.168.1." + (100 + sites), LAN);
        return new PeerSite(host, site.external(), site.nat(), site.realm());
    }

    private PeerSite site(String name, Site site, Link access, Realm outer, String external) {
        sites++;
        IpAddress address = IpAddress.parse(external);
        return switch (site) {
            case Site.Public open -> new PeerSite(network.host(name, outer, external, access), address, null, outer);
            case Site.Firewalled firewalled -> {
                Firewall firewall = network.firewall(firewalled.filtering(), firewalled.timeout());
                yield new PeerSite(network.host(name, outer, external, access, firewall), address, null, outer);
            }
            case Site.BehindNat behind -> {
                Realm lan = network.realm(name + " lan");
                Nat nat = network.nat(name + " nat", behind.behavior(), lan, outer, external, access);
                yield new PeerSite(network.host(name, lan, behind.address(), LAN), address, nat, lan);
            }
        };
    }

    /**
     * A peer's machine and what joins it to the Internet.
     *
     * @param host the machine
     * @param external the address that the outer realm sees
     * @param nat the NAT in front of it, if there is one
     * @param realm where the machine itself is attached
     */
    public record PeerSite(
            Host host, IpAddress external, @Nullable Nat nat, Realm realm) {
        /** Replaces the line between the site and the outer realm. */
        public void setAccess(Link access) {
            if (nat == null) {
                host.setLink(external, access);
            } else {
                nat.setLink(access);
            }
        }
    }
}
