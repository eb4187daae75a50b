package io.rift.cli.lab;

/**
 * How a home's router translates addresses, in the terms of RFC 4787: what it does with the mapping of an inner
 * socket that sends to several destinations, and which packets it lets in through that mapping.
 */
public enum NatKind {
    /** Endpoint-independent mapping and filtering ("full cone"). */
    FULL_CONE("full", "endpoint-independent", "endpoint-independent", """
            map inner { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout 30s; }
            chain learn {
              type filter hook forward priority 0;
              iifname lan oifname wan meta l4proto udp update @inner { udp sport : ip saddr . udp sport };
            }
            chain inbound {
              type nat hook prerouting priority -100;
              iifname wan meta l4proto udp dnat ip to udp dport map @inner;
            }
            chain outbound { type nat hook postrouting priority 100; oifname wan ip saddr $LAN snat to $WAN; }
            """),

    /** Endpoint-independent mapping, address-dependent filtering ("address-restricted cone"). */
    ADDRESS_RESTRICTED_CONE("arc", "endpoint-independent", "address-dependent", """
            set contacted { type ipv4_addr . inet_service; flags dynamic,timeout; timeout 30s; }
            map inner { type inet_service : ipv4_addr . inet_service; flags dynamic,timeout; timeout 30s; }
            chain learn {
              type filter hook forward priority 0;
              iifname lan oifname wan meta l4proto udp update @contacted { ip daddr . udp sport } \
                update @inner { udp sport : ip saddr . udp sport };
            }
            chain inbound {
              type nat hook prerouting priority -100;
              iifname wan meta l4proto udp ip saddr . udp dport @contacted dnat ip to udp dport map @inner;
            }
            chain outbound { type nat hook postrouting priority 100; oifname wan ip saddr $LAN snat to $WAN; }
            """),

    /** Endpoint-independent mapping, address- and port-dependent filtering ("port-restricted cone"). */
    PORT_RESTRICTED_CONE("prc", "endpoint-independent", "address- and port-dependent", """
            chain outbound { type nat hook postrouting priority 100; oifname wan ip saddr $LAN masquerade; }
            """),

    /** Address- and port-dependent mapping and filtering, with random ports ("symmetric"). */
    SYMMETRIC("sym", "address- and port-dependent", "address- and port-dependent", """
            chain outbound {
              type nat hook postrouting priority 100; oifname wan ip saddr $LAN masquerade fully-random;
            }
            """),

    /** Lets TCP out, but no UDP. */
    UDP_BLOCKED("udpblock", "none", "none", """
            chain outbound { type nat hook postrouting priority 100; oifname wan ip saddr $LAN masquerade; }
            chain blocked { type filter hook forward priority -1; meta l4proto udp drop; }
            """);

    /**
     * What every router does besides translating. A packet for which no mapping exists must die at once: accepted on
     * input it would leave a connection-tracking entry that takes the port which the mapping needs later.
     */
    private static final String FIREWALL = """
            chain input { type filter hook input priority 0; iifname wan ct state new,invalid drop; }
            chain forwarded {
              type filter hook forward priority 0; policy drop;
              ct state established,related accept;
              iifname lan accept;
              ct status dnat accept;
            }
            """;

    private final String label;
    private final String mapping;
    private final String filtering;
    private final String rules;

    NatKind(String label, String mapping, String filtering, String rules) {
        this.label = label;
        this.mapping = mapping;
        this.filtering = filtering;
        this.rules = rules;
    }

    /** The short name that the NAT matrix uses, for example {@code prc}. */
    public String label() {
        return label;
    }

    /** Its mapping behaviour, RFC 4787 section 4.1. */
    public String mapping() {
        return mapping;
    }

    /** Its filtering behaviour, RFC 4787 section 5. */
    public String filtering() {
        return filtering;
    }

    /** The nftables rules of a router whose interfaces are called {@code wan} and {@code lan}. */
    String ruleset(String wanAddress, String lanNetwork) {
        return "table ip nat_lab {\n"
                + (rules + FIREWALL).replace("$WAN", wanAddress).replace("$LAN", lanNetwork) + "}\n";
    }
}
