package io.rift.peer.core.session;

/** Which candidates an endpoint uses; the names are those of WebRTC's {@code RTCIceTransportPolicy}. */
public enum IceTransportPolicy {
    /** Every candidate. */
    ALL,
    /** Relayed candidates only: nothing is ever sent to another peer but through the TURN server. */
    RELAY
}
