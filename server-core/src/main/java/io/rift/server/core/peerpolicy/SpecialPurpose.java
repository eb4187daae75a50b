package io.rift.server.core.peerpolicy;

import java.util.List;

/**
 * Every block of the IANA IPv4 and IPv6 Special-Purpose Address Registries, and multicast. A row that holds more
 * specific ones stands for them all, even for the few that the registry calls globally reachable (AS112, AMT,
 * anycast): none of them is a peer of a call.
 */
final class SpecialPurpose {

    static final List<Cidr> BLOCKS = List.of(
            // https://www.iana.org/assignments/iana-ipv4-special-registry
            Cidr.parse("0.0.0.0/8"), // "this network", the unspecified address; RFC 791
            Cidr.parse("10.0.0.0/8"), // private use; RFC 1918
            Cidr.parse("100.64.0.0/10"), // shared address space; RFC 6598
            Cidr.parse("127.0.0.0/8"), // loopback; RFC 1122
            Cidr.parse("169.254.0.0/16"), // link local; RFC 3927
            Cidr.parse("172.16.0.0/12"), // private use; RFC 1918
            Cidr.parse("192.0.0.0/24"), // IETF protocol assignments; RFC 6890
            Cidr.parse("192.0.2.0/24"), // documentation (TEST-NET-1); RFC 5737
            Cidr.parse("192.31.196.0/24"), // AS112-v4; RFC 7535
            Cidr.parse("192.52.193.0/24"), // AMT; RFC 7450
            Cidr.parse("192.88.99.0/24"), // deprecated 6to4 relay anycast; RFC 7526
            Cidr.parse("192.168.0.0/16"), // private use; RFC 1918
            Cidr.parse("192.175.48.0/24"), // direct delegation AS112 service; RFC 7534
            Cidr.parse("198.18.0.0/15"), // benchmarking; RFC 2544
            Cidr.parse("198.51.100.0/24"), // documentation (TEST-NET-2); RFC 5737
            Cidr.parse("203.0.113.0/24"), // documentation (TEST-NET-3); RFC 5737
            Cidr.parse("224.0.0.0/4"), // multicast; RFC 5771
            Cidr.parse("240.0.0.0/4"), // reserved, with the limited broadcast address; RFC 1112, RFC 8190
            // https://www.iana.org/assignments/iana-ipv6-special-registry, and the space around it: IANA has assigned
            // no global unicast outside 2000::/3 (RFC 4291 section 2.4), only translators and local addresses.
            Cidr.parse("::/3"), // unspecified, loopback, IPv4-compatible, IPv4-mapped, NAT64, discard, dummy
            Cidr.parse("2001::/23"), // IETF protocol assignments with Teredo, benchmarking, ORCHID; RFC 2928
            Cidr.parse("2001:db8::/32"), // documentation; RFC 3849
            Cidr.parse("2002::/16"), // 6to4; RFC 3056
            Cidr.parse("2620:4f:8000::/48"), // direct delegation AS112 service; RFC 7534
            Cidr.parse("3fff::/20"), // documentation; RFC 9637
            Cidr.parse("4000::/2"), // unassigned, with 5f00::/16, the SRv6 SIDs of RFC 9602
            Cidr.parse("8000::/1")); // unassigned, unique local, link local, site local, multicast

    private SpecialPurpose() {}
}
