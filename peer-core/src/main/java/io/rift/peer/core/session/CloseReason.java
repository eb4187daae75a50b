package io.rift.peer.core.session;

/** Why an established connection ended. */
public enum CloseReason {
    /** Our application closed it. */
    CLOSED_HERE,
    /** The other peer said so in an authenticated message. */
    CLOSED_BY_PEER,
    /** Nothing came back any more on any path. */
    PEER_VANISHED,
    /** Our endpoint stops. */
    ENDPOINT_STOPPED,
    /** The other peer sent what an honest one does not. */
    PROTOCOL_VIOLATION,
    /** One of the session's keys has sealed as many packets as it may. */
    KEYS_USED_UP
}
