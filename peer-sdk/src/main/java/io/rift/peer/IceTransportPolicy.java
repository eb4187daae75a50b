package io.rift.peer;

/** Which candidates a peer uses; the names are those of WebRTC's {@code RTCIceTransportPolicy}. */
public enum IceTransportPolicy {
    /** Every candidate: the best path wins, a relay is the last resort. */
    ALL,

    /**
     * Only relayed candidates. The other peer then never learns an address of this host, for the price of the relay's
     * round trip.
     */
    RELAY;

    io.rift.peer.core.session.IceTransportPolicy toCore() {
        return switch (this) {
            case ALL -> io.rift.peer.core.session.IceTransportPolicy.ALL;
            case RELAY -> io.rift.peer.core.session.IceTransportPolicy.RELAY;
        };
    }
}
