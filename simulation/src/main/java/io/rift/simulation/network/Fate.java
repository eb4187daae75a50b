package io.rift.simulation.network;

/** What can happen to a datagram at one point of its way. */
public enum Fate {
    /** A socket sent it. */
    SENT,
    /** A socket received it. */
    RECEIVED,
    /** The line lost it. */
    LOST,
    /** The line delivered it a second time. */
    DUPLICATED,
    /** The line held it back so that later ones overtook it. */
    OVERTAKEN,
    /** It is larger than a frame. */
    TOO_BIG,
    /** Nobody has its destination address. */
    NO_ROUTE,
    /** The host has no socket at its destination port. */
    NO_SOCKET,
    /** A NAT gave it an external source. */
    MAPPED,
    /** A NAT replaced its external destination by the internal endpoint. */
    UNMAPPED,
    /** A NAT sent it back inside because its destination is one of the NAT's own mappings. */
    HAIRPINNED,
    /** A NAT has no mapping at its destination port. */
    NO_MAPPING,
    /** A NAT or firewall does not let its sender in. */
    FILTERED,
    /** A NAT has no external port left. */
    NO_PORT,
    /** An attacker dropped or replaced it, or added others. */
    TAMPERED
}
