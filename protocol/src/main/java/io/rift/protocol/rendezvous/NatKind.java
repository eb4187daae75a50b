package io.rift.protocol.rendezvous;

/** What a peer learned about the NAT in front of it: the mapping behaviour of RFC 4787 section 4.1, seen from inside. */
public enum NatKind {
    /** No NAT: a local address is the one that the STUN servers see. */
    NONE("none"),
    /** The same mapping towards every STUN server: others can reach it. */
    ENDPOINT_INDEPENDENT("endpoint-independent"),
    /** Another mapping per destination address or port: what used to be called symmetric. */
    ADDRESS_DEPENDENT("address-dependent"),
    /** No STUN server answers over UDP. */
    BLOCKED("blocked"),
    /** Not measured, or not yet. */
    UNKNOWN("unknown");

    private final String wireName;

    NatKind(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire and in metrics. */
    public String wireName() {
        return wireName;
    }
}
