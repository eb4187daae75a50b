package io.rift.peer.core.path;

/** How two peers reach each other, in the words of the ICE candidate types. Best first. */
public enum PathKind {
    /** Both ends use an address of their own: one network, or public addresses on both sides. */
    HOST("host"),
    /** A NAT is crossed at an address that a STUN server had told. */
    SRFLX("srflx"),
    /** A NAT is crossed at an address that only the checks themselves revealed, as address-dependent mapping does. */
    PRFLX("prflx"),
    /** At least one end is a relayed transport address. */
    RELAY("turn");

    private final String metricName;

    PathKind(String metricName) {
        this.metricName = metricName;
    }

    /** The name in metrics and reports: {@code host}, {@code srflx}, {@code prflx} or {@code turn}. */
    public String metricName() {
        return metricName;
    }

    /** Whether a TURN server forwards what flows here. */
    public boolean isRelayed() {
        return this == RELAY;
    }
}
