package io.rift.server.core.turn;

/** The transport protocol between a client and the server, the fifth part of RFC 8656's 5-tuple. */
public enum ClientTransport {
    UDP,
    TCP,
    /** TLS over TCP. */
    TLS,
    /** DTLS over UDP. */
    DTLS;

    /** Whether messages follow each other in a stream of bytes, where ChannelData is padded to four bytes. */
    public boolean isStream() {
        return this == TCP || this == TLS;
    }

    /** Whether a source address cannot be forged, because a handshake went both ways before the first message. */
    public boolean provesAddress() {
        return this != UDP;
    }
}
