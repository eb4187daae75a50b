package io.rift.server.address;

import io.rift.protocol.IpAddress;
import io.rift.protocol.IpAddress.Family;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.TurnProperties;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where to listen and what to say about it.
 *
 * @param listeners one per address, no address twice
 * @param announced the addresses that peers are told for STUN and TURN
 * @param own every address that is this node at its start: of its interfaces, and how the world sees them. Loopback addresses count
 *     only where the node listens or relays on them: otherwise the peer policy guards them.
 */
public record AddressPlan(List<Listener> listeners, List<IpAddress> announced, Set<IpAddress> own) {

    /** A machine with more addresses has to be told which to use. */
    public static final int MAX_LISTENERS = 64;

    private static final String BIND_KEY = "rift.turn.bind-addresses";
    private static final String EXTERNAL_KEY = "rift.turn.external-addresses";

    /** Takes copies. */
    public AddressPlan {
        listeners = List.copyOf(listeners);
        announced = List.copyOf(announced);
        own = Set.copyOf(own);
    }

    /**
     * The plan for these settings on this machine.
     *
     * @throws ConfigurationException if the settings contradict each other or the machine
     */
    public static AddressPlan of(TurnProperties settings, HostAddresses host) {
        List<IpAddress> binds = settings.bindAddresses();
        List<IpAddress> externals = settings.externalAddresses();
        if (Set.copyOf(externals).size() < externals.size()) {
            throw new ConfigurationException(EXTERNAL_KEY + ": has an address twice");
        }
        for (Family family : Family.values()) {
            requireFitting(of(family, binds), of(family, externals));
        }
        Map<IpAddress, Listener> listenerByBind = new LinkedHashMap<>();
        Set<IpAddress> announced = new LinkedHashSet<>();
        for (IpAddress bind : binds) {
            boolean wildcard = HostAddresses.isWildcard(bind);
            IpAddress main = host.mainOrLoopback(bind.family());
            List<IpAddress> siblings = of(bind.family(), binds);
            List<IpAddress> outsides = of(bind.family(), externals);
            if (!outsides.isEmpty()) {
                IpAddress external = outsides.get(Math.min(siblings.indexOf(bind), outsides.size() - 1));
                IpAddress inside = wildcard ? main : outsides.size() == 1 ? firstBind(siblings, main) : bind;
                IpAddress relay = host.all().contains(external) ? external : inside;
                for (IpAddress address : wildcard ? all(bind.family(), host) : List.of(bind)) {
                    listenerByBind.put(address, new Listener(address, relay, external));
                }
                announced.add(external);
            } else if (wildcard) {
                for (IpAddress address : all(bind.family(), host)) {
                    // From a loopback address nothing can be sent to another machine.
                    IpAddress relay = HostAddresses.isLoopback(address) ? main : address;
                    listenerByBind.putIfAbsent(address, new Listener(address, relay, relay));
                }
                announced.add(main);
            } else {
                listenerByBind.put(bind, new Listener(bind, bind, bind));
                announced.add(bind);
            }
        }
        if (listenerByBind.size() > MAX_LISTENERS) {
            throw new ConfigurationException(BIND_KEY + ": this machine has " + listenerByBind.size()
                    + " addresses, more than " + MAX_LISTENERS + ", so name those to use");
        }
        List<Listener> listeners = new ArrayList<>(listenerByBind.values());
        return new AddressPlan(listeners, new ArrayList<>(announced), own(listeners, host));
    }

    /** A family without an external address has no NAT in front of it, as is usual for IPv6. */
    private static void requireFitting(List<IpAddress> binds, List<IpAddress> externals) {
        if (binds.isEmpty() && !externals.isEmpty()) {
            throw new ConfigurationException(EXTERNAL_KEY + "=" + externals.getFirst()
                    + ": is of another address family than all of " + BIND_KEY);
        }
        if (externals.size() > 1 && externals.size() != binds.size()) {
            throw new ConfigurationException(EXTERNAL_KEY + ": " + externals.size() + " addresses for " + binds.size()
                    + " bind addresses of their family, give one for each or one for all");
        }
    }

    private static List<IpAddress> of(Family family, List<IpAddress> addresses) {
        return addresses.stream().filter(address -> address.family() == family).toList();
    }

    /** Behind one external address there is one address of this machine, at which all relay sockets are then opened. */
    private static IpAddress firstBind(List<IpAddress> binds, IpAddress main) {
        return binds.stream()
                .filter(bind -> !HostAddresses.isWildcard(bind))
                .filter(bind -> !HostAddresses.isLoopback(bind) || binds.size() == 1)
                .findFirst()
                .orElse(main);
    }

    private static List<IpAddress> all(Family family, HostAddresses host) {
        List<IpAddress> all =
                host.up().stream().filter(address -> address.family() == family).toList();
        if (all.isEmpty()) {
            throw new ConfigurationException(
                    BIND_KEY + ": this machine has no " + (family == Family.IPV4 ? "IPv4" : "IPv6") + " address");
        }
        return all;
    }

    /** The addresses to tell a client whose connection ends at {@code local}: the way by which it came works for it. */
    public List<IpAddress> announcedTo(IpAddress local) {
        for (Listener listener : listeners) {
            if (listener.bind().equals(local)) {
                return List.of(listener.external());
            }
        }
        return announced;
    }

    /** The address families of which there are relay addresses, at least one. */
    public Set<Family> relayFamilies() {
        Set<Family> families = EnumSet.noneOf(Family.class);
        listeners.forEach(listener -> families.add(listener.relay().family()));
        return families;
    }

    /**
     * The listener whose relay address those clients share who come in over the other family and ask for one of this.
     * Null if no listener is of this family.
     */
    public @Nullable Listener relayListener(Family family) {
        Listener loopback = null;
        for (IpAddress address : announced) {
            for (Listener listener : listeners) {
                if (listener.external().equals(address) && address.family() == family) {
                    if (!HostAddresses.isLoopback(listener.relay())) {
                        return listener;
                    }
                    loopback = loopback == null ? listener : loopback;
                }
            }
        }
        return loopback;
    }

    /** {@link #relayListener} of each family that has one. */
    public List<Listener> relayListeners() {
        return Stream.of(Family.values())
                .map(this::relayListener)
                .flatMap(Stream::ofNullable)
                .toList();
    }

    private static Set<IpAddress> own(List<Listener> listeners, HostAddresses host) {
        Set<IpAddress> own = new LinkedHashSet<>(host.withoutLoopback());
        for (Listener listener : listeners) {
            own.add(listener.bind());
            own.add(listener.relay());
            own.add(listener.external());
        }
        return own;
    }
}
