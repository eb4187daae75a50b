package io.rift.server.address;

import io.rift.protocol.IpAddress;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.StunProperties;
import io.rift.server.core.discovery.DiscoveryAddresses;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The two addresses between which clients compare how their NAT behaves (RFC 5780).
 *
 * @param first the address that peers are told
 * @param second the other one
 */
public record DiscoveryPlan(Listener first, Listener second) {

    private static final String ENABLED = "rift.stun.discovery.enabled=true";
    private static final String SECOND_KEY = "rift.stun.discovery.second-address";

    /**
     * The plan for these settings, or null where discovery is off.
     *
     * @param bindAddresses as configured
     * @throws ConfigurationException if there are no two addresses that clients can tell apart
     */
    public static @Nullable DiscoveryPlan of(
            StunProperties.Discovery settings, List<IpAddress> bindAddresses, AddressPlan plan) {
        if (!settings.enabled()) {
            return null;
        }
        IpAddress named = settings.secondAddress() == null ? secondOf(bindAddresses) : settings.secondAddress();
        Listener second = plan.listeners().stream()
                .filter(listener -> listener.bind().equals(named))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException(SECOND_KEY + "=" + named
                        + ": this server does not listen there, so add it to rift.turn.bind-addresses"));
        Listener first = plan.listeners().stream()
                .filter(listener -> listener.bind().family() == named.family() && !listener.equals(second))
                .min(Comparator.comparingInt((Listener listener) -> rank(listener, plan))
                        .thenComparing(listener -> HostAddresses.isLoopback(listener.bind())))
                .orElseThrow(() -> new ConfigurationException(
                        SECOND_KEY + "=" + named + ": is the only address of its family here, discovery needs two"));
        if (first.external().equals(second.external())) {
            throw new ConfigurationException(SECOND_KEY + "=" + named + ": clients know it as " + second.external()
                    + ", like " + first.bind() + ", so give an address of its own in rift.turn.external-addresses");
        }
        return new DiscoveryPlan(first, second);
    }

    /** The second of the first one's family. */
    private static IpAddress secondOf(List<IpAddress> bindAddresses) {
        return bindAddresses.stream()
                .filter(bind -> bind.family() == bindAddresses.getFirst().family())
                .filter(bind -> !HostAddresses.isWildcard(bind))
                .skip(1)
                .findFirst()
                .orElseThrow(() ->
                        new ConfigurationException(ENABLED + ": needs a second IP address, so set " + SECOND_KEY));
    }

    /** What peers are told comes first, in the order in which they are told. */
    private static int rank(Listener listener, AddressPlan plan) {
        int index = plan.announced().indexOf(listener.external());
        return index < 0 ? Integer.MAX_VALUE : index;
    }

    /** The four transport addresses. */
    public DiscoveryAddresses at(int turnPort, int stunPort) {
        return new DiscoveryAddresses(host(first), host(second), turnPort, stunPort);
    }

    private static DiscoveryAddresses.Host host(Listener listener) {
        return new DiscoveryAddresses.Host(listener.bind(), listener.external());
    }
}
