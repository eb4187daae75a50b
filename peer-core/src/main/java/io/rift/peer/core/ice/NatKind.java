package io.rift.peer.core.ice;

/** The mapping behaviour of the NAT in front of us, as RFC 4787 section 4.1 and RFC 5780 section 4.3 tell it. */
public enum NatKind {
    /** The server saw our own address: there is no NAT. */
    NONE,
    /** One mapping for all destinations: the peer can be reached at the server-reflexive candidate. */
    ENDPOINT_INDEPENDENT,
    /** Another mapping for another address or port: "symmetric". */
    ADDRESS_DEPENDENT,
    /** No STUN server answered over UDP. */
    BLOCKED,
    /** Too few answers to tell, yet or at all. */
    UNKNOWN
}
