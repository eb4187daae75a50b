package io.rift.server.core.turn;

/** The transport protocol between the relayed transport address of an allocation and its peers. */
public enum RelayTransport {
    /** RFC 8656. */
    UDP,
    /** RFC 6062. */
    TCP
}
