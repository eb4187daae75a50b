package io.rift.peer.core.session;

import io.rift.protocol.rendezvous.RendezvousErrorCode;

/** Why an attempt did not become a connection. */
public sealed interface ConnectFailure {

    /** We were not signed in during the whole attempt. */
    record NotSignedIn() implements ConnectFailure {}

    /** The other peer is not signed in, or left before it answered. */
    record PeerOffline() implements ConnectFailure {}

    /**
     * The other peer does not want the connection, or gave it up.
     *
     * @param reason what it or the server said
     */
    record Refused(String reason) implements ConnectFailure {}

    /**
     * Our own limit, or the server's.
     *
     * @param reason which one
     */
    record LimitReached(String reason) implements ConnectFailure {}

    /**
     * The server did not take the offer.
     *
     * @param code its error code
     * @param message its explanation
     */
    record ServerRefused(RendezvousErrorCode code, String message) implements ConnectFailure {}

    /**
     * Time ran out, or every path failed.
     *
     * @param tried what was tried, for people to read
     */
    record NoPath(String tried) implements ConnectFailure {}

    /**
     * Somebody else answered, or somebody changed what the two peers told each other.
     *
     * @param what went wrong
     */
    record AuthenticationFailed(String what) implements ConnectFailure {}

    /**
     * The two peers have no protocol version and cipher suite in common.
     *
     * @param what differs
     */
    record Incompatible(String what) implements ConnectFailure {}

    /** We gave it up ourselves: the application closed it, refused it, or took too long to accept it. */
    record Abandoned() implements ConnectFailure {}
}
