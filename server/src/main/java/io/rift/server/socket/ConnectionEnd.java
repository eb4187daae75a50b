package io.rift.server.socket;

/** Why the server ended a client's connection, or did not begin it. The names are metric labels. */
public enum ConnectionEnd {
    /** So many connections are open that there is no room for another one. */
    TOO_MANY,
    /** So many connections are open from one address. */
    TOO_MANY_FROM_ADDRESS,
    /** Others came, and this one was the oldest of those without an allocation. */
    PUSHED_OUT,
    /** No complete message came in time. */
    NO_MESSAGE,
    /** No allocation was made in time. */
    NO_ALLOCATION,
    /** A handshake of TLS or DTLS failed. */
    TLS_FAILED,
    /** What a trusted proxy sent first is no header of the PROXY protocol, version 2, for a TCP connection. */
    BAD_PROXY_HEADER,
    /** The bytes are no STUN and no ChannelData messages. */
    NOT_FRAMED,
    /** A message longer than a client may send that has no allocation. */
    MESSAGE_TOO_LONG,
    /** The client asks and does not read the answers. */
    ANSWERS_NOT_READ,
    /** Many records of TLS held no data, such as those that ask for other keys. */
    EMPTY_RECORDS,
    /** The same client has connected once more from the same address and port. */
    REPLACED,
    /** An error in this server: the connection was given up. */
    INTERNAL_ERROR
}
