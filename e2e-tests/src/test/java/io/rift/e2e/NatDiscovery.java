package io.rift.e2e;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatKind;
import io.rift.cli.lab.Programs;
import java.io.IOException;
import java.util.List;

/** Coturn's client of RFC 5780, and what it has to say of the lab's NATs. */
public final class NatDiscovery {
    private NatDiscovery() {}

    /** Asks a server for mapping and filtering of the NAT in front of a host; it prints what it found and ends. */
    public static Process start(LabHost home, String server, int port) throws IOException {
        return home.process(List.of(
                        Programs.require("turnutils_natdiscovery"), "-m", "-f", "-p", String.valueOf(port), server))
                .redirectErrorStream(true)
                .start();
    }

    /** What it prints behind such a NAT. */
    public static String[] expected(NatKind kind) {
        String endpointIndependentMapping = "NAT with Endpoint Independent Mapping!";
        return switch (kind) {
            case FULL_CONE -> new String[] {endpointIndependentMapping, "NAT with Endpoint Independent Filtering!"};
            case ADDRESS_RESTRICTED_CONE ->
                new String[] {endpointIndependentMapping, "NAT with Address Dependent Filtering!"};
            case PORT_RESTRICTED_CONE ->
                new String[] {endpointIndependentMapping, "NAT with Address and Port Dependent Filtering!"};
            case SYMMETRIC ->
                new String[] {
                    "NAT with Address and Port Dependent Mapping!", "NAT with Address and Port Dependent Filtering!"
                };
            case UDP_BLOCKED -> new String[] {"STUN receive timeout.."};
        };
    }
}
