package io.rift.simulation.network;

import java.time.Duration;

/**
 * How a NAT behaves, in the terms of RFC 4787.
 *
 * @param mapping what a mapping depends on besides the internal endpoint
 * @param filtering who may send to a mapping
 * @param ports how an external port is chosen
 * @param mappingTimeout how long an unused mapping, or the permission of one remote endpoint, lives
 * @param inboundRefresh whether a datagram from outside counts as use (NAT Inbound refresh behavior, section 4.3)
 * @param hairpinning whether two endpoints inside can reach each other by their external addresses
 */
public record NatBehavior(
        Mapping mapping,
        Filtering filtering,
        PortAllocation ports,
        Duration mappingTimeout,
        boolean inboundRefresh,
        boolean hairpinning) {

    /** RFC 4787 section 4.1: Address and Port Mapping. */
    public enum Mapping {
        /** One mapping for an internal endpoint, whomever it talks to. */
        ENDPOINT_INDEPENDENT("EIM"),
        /** One for each remote address. */
        ADDRESS_DEPENDENT("ADM"),
        /** One for each remote address and port. */
        ADDRESS_AND_PORT_DEPENDENT("APDM");

        private final String abbreviation;

        Mapping(String abbreviation) {
            this.abbreviation = abbreviation;
        }

        @Override
        public String toString() {
            return abbreviation;
        }
    }

    /**
     * RFC 4787 section 5: Filtering Behavior. As in connection tracking, what was sent through one mapping opens that
     * mapping only, not the others of the same internal endpoint.
     */
    public enum Filtering {
        /** Everybody may send to a mapping. */
        ENDPOINT_INDEPENDENT("EIF"),
        /** The addresses that the mapping has sent to. */
        ADDRESS_DEPENDENT("ADF"),
        /** The addresses and ports that it has sent to. */
        ADDRESS_AND_PORT_DEPENDENT("APDF");

        private final String abbreviation;

        Filtering(String abbreviation) {
            this.abbreviation = abbreviation;
        }

        @Override
        public String toString() {
            return abbreviation;
        }
    }

    /** RFC 4787 section 4.2: Port Assignment. */
    public enum PortAllocation {
        /** The internal port when it is free outside, else the next free one. */
        PRESERVING,
        /** The port after the last one that was handed out. */
        SEQUENTIAL,
        /** Any free port. */
        RANDOM
    }

    /** Random ports, mappings that live for two minutes and no hairpinning. */
    public static NatBehavior of(Mapping mapping, Filtering filtering) {
        return new NatBehavior(mapping, filtering, PortAllocation.RANDOM, Duration.ofMinutes(2), true, false);
    }

    /** This behaviour with another choice of ports. */
    public NatBehavior withPorts(PortAllocation allocation) {
        return new NatBehavior(mapping, filtering, allocation, mappingTimeout, inboundRefresh, hairpinning);
    }

    /** This behaviour with another life of a mapping. */
    public NatBehavior withMappingTimeout(Duration timeout) {
        return new NatBehavior(mapping, filtering, ports, timeout, inboundRefresh, hairpinning);
    }

    /** This behaviour with or without refresh by datagrams from outside. */
    public NatBehavior withInboundRefresh(boolean refresh) {
        return new NatBehavior(mapping, filtering, ports, mappingTimeout, refresh, hairpinning);
    }

    /** This behaviour with or without hairpinning. */
    public NatBehavior withHairpinning(boolean enabled) {
        return new NatBehavior(mapping, filtering, ports, mappingTimeout, inboundRefresh, enabled);
    }

    @Override
    public String toString() {
        return mapping + "/" + filtering;
    }
}
