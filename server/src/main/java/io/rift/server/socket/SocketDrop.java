package io.rift.server.socket;

/** Why the sockets dropped a datagram without the core's doing. The names are metric labels. */
public enum SocketDrop {
    /** Larger than a slot of receive memory. */
    OVERSIZED,
    /** Application data of zero bytes, which Netty's datagram channels cannot send. */
    EMPTY,
    /** Came to the second STUN port and is no Binding request. */
    NOT_BINDING,
    /** A socket's send buffer was full, and the queue before it, too. */
    SEND_BUFFER_FULL,
    /** Came to the DTLS port from nobody who has an association, and begins none; or too much during a handshake. */
    NO_ASSOCIATION,
    /** Of a handshake of DTLS: has no part in one, claims to be of a very long message, or begins one once more. */
    BAD_HANDSHAKE,
    /** Came in the name of a client that has an association of DTLS, and is not made of records that it could send. */
    BAD_RECORD,
    /** The client of a connection does not read as fast as data for it comes. */
    SLOW_READER,
    /** The kernel refused to send it: no route, a local filter, or a wrong address. */
    SEND_FAILED,
    /** An error in this server: the datagram was given up. */
    INTERNAL_ERROR
}
