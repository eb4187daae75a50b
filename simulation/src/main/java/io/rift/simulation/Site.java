package io.rift.simulation;

import io.rift.simulation.network.NatBehavior;
import java.time.Duration;

/** How a peer is attached to the Internet. */
public sealed interface Site {
    /** With a public address and nothing in between. */
    record Public() implements Site {
        @Override
        public String toString() {
            return "Public";
        }
    }

    /**
     * With a public address behind a stateful firewall.
     *
     * @param filtering whose datagrams it lets in
     * @param timeout for how long after the last datagram to them
     */
    record Firewalled(NatBehavior.Filtering filtering, Duration timeout) implements Site {
        @Override
        public String toString() {
            return "FW";
        }
    }

    /**
     * With a private address behind a NAT of its own.
     *
     * @param behavior of the NAT
     * @param address the private address of the host; others may have the same in LANs of their own
     */
    record BehindNat(NatBehavior behavior, String address) implements Site {
        /** With the same private address as everybody else, as it happens. */
        public BehindNat(NatBehavior behavior) {
            this(behavior, "192.168.1.2");
        }

        @Override
        public String toString() {
            return behavior.toString();
        }
    }

    /** A public address behind a firewall that lets in only the endpoints that were sent to. */
    static Site firewalled() {
        return new Firewalled(NatBehavior.Filtering.ADDRESS_AND_PORT_DEPENDENT, Duration.ofMinutes(2));
    }

    /** Behind a NAT of this mapping and filtering with random ports. */
    static Site behind(NatBehavior.Mapping mapping, NatBehavior.Filtering filtering) {
        return new BehindNat(NatBehavior.of(mapping, filtering));
    }
}
