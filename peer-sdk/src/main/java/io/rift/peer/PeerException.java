package io.rift.peer;

import io.rift.peer.core.session.ConnectFailure;
import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What can go wrong between peers, as opposed to misuse of the library ({@link IllegalArgumentException},
 * {@link IllegalStateException}). The list is closed, so that a {@code switch} over it is exhaustive.
 *
 * {@snippet :
 * try {
 *     connection = peer.connect(friend);
 * } catch (PeerException.PeerOffline e) {
 *     tellLater(e.peerId());
 * }
 * }
 */
public abstract sealed class PeerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private PeerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What a failed attempt to connect means for an application. */
    static PeerException of(ConnectFailure failure, PeerId peerId, URI rendezvous, Duration elapsed) {
        return switch (failure) {
            case ConnectFailure.NotSignedIn() ->
                new RendezvousUnreachable(rendezvous, "we are not signed in there now; try again later", null);
            case ConnectFailure.PeerOffline() -> new PeerOffline(peerId);
            case ConnectFailure.Refused(String reason) -> new PeerRefused(peerId, reason);
            case ConnectFailure.LimitReached(String reason) -> new LimitReached(reason);
            case ConnectFailure.ServerRefused(RendezvousErrorCode code, String message) ->
                new RendezvousUnreachable(
                        rendezvous, "it did not pass the offer on: " + code.wireName() + ", " + message, null);
            case ConnectFailure.NoPath(String tried) -> new ConnectTimedOut(peerId, elapsed, tried);
            case ConnectFailure.AuthenticationFailed(String what) ->
                new AuthenticationFailed("no connection to peer " + peerId + ", because it was not proved to be it: "
                        + what + "; somebody in between, such as the rendezvous server, may be lying");
            case ConnectFailure.Incompatible(String what) -> new PeerRefused(peerId, what);
            case ConnectFailure.Abandoned() ->
                new Closed("the attempt to connect to " + peerId, CloseReason.CLOSED_HERE);
        };
    }

    /** The peer is not signed in at the rendezvous server. */
    public static final class PeerOffline extends PeerException {
        private static final long serialVersionUID = 1;
        private final transient PeerId peerId;

        PeerOffline(PeerId peerId) {
            super(
                    "peer " + peerId + " is not signed in at the rendezvous server: start it there, or try again later",
                    null);
            this.peerId = peerId;
        }

        /** Who is offline. */
        public PeerId peerId() {
            return peerId;
        }
    }

    /** The peer is there and does not want this connection, or cannot take another one. */
    public static final class PeerRefused extends PeerException {
        private static final long serialVersionUID = 1;
        private final transient PeerId peerId;
        private final String reason;

        PeerRefused(PeerId peerId, String reason) {
            super("peer " + peerId + " refused the connection: " + reason, null);
            this.peerId = peerId;
            this.reason = reason;
        }

        /** Who refused. */
        public PeerId peerId() {
            return peerId;
        }

        /** Its reason, as it gave it. */
        public String reason() {
            return reason;
        }
    }

    /** No path to the peer was found, or the handshake over it did not finish, in time. */
    public static final class ConnectTimedOut extends PeerException {
        private static final long serialVersionUID = 1;
        private final transient PeerId peerId;
        private final Duration timeout;
        private final String tried;

        ConnectTimedOut(PeerId peerId, Duration timeout, String tried) {
            super("no connection to peer " + peerId + " in " + timeout.toMillis() + " ms: " + tried, null);
            this.peerId = peerId;
            this.timeout = timeout;
            this.tried = tried;
        }

        /** Who could not be reached. */
        public PeerId peerId() {
            return peerId;
        }

        /** How long was tried. */
        public Duration timeout() {
            return timeout;
        }

        /** What was tried: candidates of both sides, checks, and the NATs as far as known. */
        public String tried() {
            return tried;
        }
    }

    /**
     * Somebody could not prove to be who it should be: the other peer in the handshake, or this peer at the rendezvous
     * server. Nothing was sent in the clear.
     */
    public static final class AuthenticationFailed extends PeerException {
        private static final long serialVersionUID = 1;

        AuthenticationFailed(String message) {
            super(message, null);
        }
    }

    /** The rendezvous server cannot be reached, or does not take this peer. */
    public static final class RendezvousUnreachable extends PeerException {
        private static final long serialVersionUID = 1;
        private final transient URI rendezvous;

        RendezvousUnreachable(URI rendezvous, String why, @Nullable Throwable cause) {
            super("the rendezvous server at " + rendezvous + " cannot be used: " + why, cause);
            this.rendezvous = rendezvous;
        }

        /** The server that was dialled. */
        public URI rendezvous() {
            return rendezvous;
        }
    }

    /** A limit of this peer, of the server or of the other peer stands in the way; trying later can succeed. */
    public static final class LimitReached extends PeerException {
        private static final long serialVersionUID = 1;

        LimitReached(String message) {
            super(message, null);
        }
    }

    /** The connection, or the whole {@link Peer}, is closed. */
    public static final class Closed extends PeerException {
        private static final long serialVersionUID = 1;
        private final CloseReason reason;

        Closed(String what, CloseReason reason) {
            super(what + " is closed: " + reason, null);
            this.reason = reason;
        }

        /** Why it was closed. */
        public CloseReason reason() {
            return reason;
        }
    }
}
