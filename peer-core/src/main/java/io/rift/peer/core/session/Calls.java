package io.rift.peer.core.session;

import io.rift.peer.core.secure.Handshake;
import io.rift.peer.core.secure.SignedCapabilities;
import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RefuseReason;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.SessionId;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Calling and being called. When two peers call each other at once, the one with the smaller identity stays caller and
 * initiator: the other one answers that call in the name of its own, and the smaller one ignores the other's.
 */
final class Calls {

    private final Environment environment;
    private final Outbox outbox;
    private final ConnectionTable connections;
    private final SignIn signIn;
    private final OwnCapabilities capabilities;
    private final TokenBucket offers;
    private final Consumer<PeerConnection> touch;
    private long lastId;
    private long refusedOffers;

    Calls(
            Environment environment,
            ConnectionTable connections,
            SignIn signIn,
            OwnCapabilities capabilities,
            TokenBucket offers,
            Consumer<PeerConnection> touch) {
        this.environment = environment;
        this.outbox = environment.outbox();
        this.connections = connections;
        this.signIn = signIn;
        this.capabilities = capabilities;
        this.offers = offers;
        this.touch = touch;
    }

    long refusedOffers() {
        return refusedOffers;
    }

    /** Calls a peer, or joins its own call that waits for our decision. */
    ConnectionId connect(PeerId peer, long nowNanos) {
        PeerConnection offer = connections.offer(peer);
        if (offer != null) {
            accept(offer, nowNanos);
            return offer.id();
        }
        PeerConnection connection = PeerConnection.outgoing(nextId(), peer, environment, nowNanos);
        if (connections.size() >= EndpointLimits.MAX_CONNECTIONS) {
            connection.fail(new ConnectFailure.LimitReached(
                    "this peer already has " + EndpointLimits.MAX_CONNECTIONS + " connections and attempts"));
            return connection.id();
        }
        connections.add(connection);
        if (signIn.isSignedIn()) {
            call(connection, SessionId.random(environment.random()), nowNanos);
        }
        touch.accept(connection);
        return connection.id();
    }

    private ConnectionId nextId() {
        return new ConnectionId(++lastId);
    }

    private void call(PeerConnection connection, SessionId session, long nowNanos) {
        replaceAttempt(connection, newAttempt(connection, session, true, nowNanos), nowNanos);
    }

    private Attempt newAttempt(PeerConnection connection, SessionId session, boolean caller, long nowNanos) {
        environment.transport().relay().need(nowNanos);
        SignedCapabilities own = capabilities.signed(nowNanos);
        int receiverIndex = connections.newReceiverIndex(environment.random());
        return new Attempt(environment, connection, connection.peer(), session, caller, receiverIndex, own, nowNanos);
    }

    private void replaceAttempt(PeerConnection connection, Attempt fresh, long nowNanos) {
        Attempt old = connection.attempt();
        if (old != null) {
            connections.removeAttempt(old, connection);
        }
        connection.begin(fresh, nowNanos);
        connections.putAttempt(fresh, connection);
    }

    void accept(PeerConnection offer, long nowNanos) {
        if (offer.state() == PeerConnection.State.OFFERED) {
            Attempt answer = newAttempt(offer, offer.offeredSession(), false, nowNanos);
            connections.putAttempt(answer, offer);
            offer.accept(answer, nowNanos, capabilities.wallSeconds(nowNanos));
            touch.accept(offer);
        }
    }

    void refuse(PeerConnection offer, long nowNanos) {
        if (offer.state() == PeerConnection.State.OFFERED) {
            refuse(offer.offeredSession(), RefuseReason.DECLINED);
            offer.close(CloseReason.CLOSED_HERE, 0, nowNanos);
            touch.accept(offer);
        }
    }

    private void refuse(SessionId session, RefuseReason reason) {
        refusedOffers++;
        outbox.signal(new RendezvousMessage.Refuse(session, reason));
    }

    /** We are signed in: calls that waited for it can be made. */
    void signedIn(long nowNanos) {
        for (PeerConnection connection : connections.all()) {
            if (connection.state() == PeerConnection.State.WAITING) {
                call(connection, SessionId.random(environment.random()), nowNanos);
                touch.accept(connection);
            }
        }
    }

    /** The server has forgotten every session. What two peers know of each other already is enough to go on. */
    void signedOut(long nowNanos) {
        for (PeerConnection connection : connections.all()) {
            Attempt attempt = connection.attempt();
            if (attempt != null) {
                attempt.stopSignalling();
            }
            if (connection.state() == PeerConnection.State.OFFERED) {
                connection.fail(new ConnectFailure.NotSignedIn());
            } else if (connection.isUnansweredCall() && attempt != null) {
                connections.removeAttempt(attempt, connection);
                connection.waitForSignIn();
            }
            touch.accept(connection);
        }
    }

    void handle(RendezvousMessage.Incoming incoming, boolean stopping, long nowNanos) {
        SessionId session = incoming.ice().session();
        PeerId from = incoming.from();
        if (connections.bySession(session) != null
                || from.equals(environment.identity().peerId())) {
            return;
        }
        PeerConnection ownCall = connections.unansweredCall(from);
        if (ownCall != null) {
            handleGlare(ownCall, incoming, nowNanos);
        } else if (stopping
                || !offers.take(nowNanos)
                || connections.size() >= EndpointLimits.MAX_CONNECTIONS - EndpointLimits.RESERVED_FOR_OUTGOING
                || connections.incoming(from) >= EndpointLimits.MAX_INCOMING_PER_PEER
                || connections.halfOpen() >= EndpointLimits.MAX_HALF_OPEN
                || connections.halfOpen(from) >= EndpointLimits.MAX_HALF_OPEN_PER_PEER) {
            refuse(session, RefuseReason.BUSY);
        } else {
            PeerConnection offer =
                    PeerConnection.incoming(nextId(), from, session, parameters(incoming), environment, nowNanos);
            offer.remoteCandidates(incoming.ice().candidates(), incoming.ice().endOfCandidates(), nowNanos);
            connections.add(offer);
            connections.putSession(session, offer);
            touch.accept(offer);
            outbox.tell(new EndpointOutput.IncomingConnection(offer.id(), from));
        }
    }

    /** Both call at once: the smaller identity stays caller. */
    private void handleGlare(PeerConnection ownCall, RendezvousMessage.Incoming incoming, long nowNanos) {
        if (Handshake.prevails(environment.identity().peerId(), incoming.from())) {
            return; // the other side answers our call, and ends its own
        }
        Attempt answer = newAttempt(ownCall, incoming.ice().session(), false, nowNanos);
        replaceAttempt(ownCall, answer, nowNanos);
        ownCall.introduction(parameters(incoming), nowNanos, capabilities.wallSeconds(nowNanos));
        ownCall.remoteCandidates(incoming.ice().candidates(), incoming.ice().endOfCandidates(), nowNanos);
        touch.accept(ownCall);
    }

    private static PeerParameters parameters(RendezvousMessage.Incoming incoming) {
        return Objects.requireNonNull(incoming.ice().parameters(), "checked by the message");
    }

    void handle(RendezvousMessage.IceCandidates ice, long nowNanos) {
        PeerConnection connection = connections.bySession(ice.session());
        if (connection == null) {
            return;
        }
        PeerParameters parameters = ice.parameters();
        if (parameters != null) {
            connection.introduction(parameters, nowNanos, capabilities.wallSeconds(nowNanos));
        }
        connection.remoteCandidates(ice.candidates(), ice.endOfCandidates(), nowNanos);
        touch.accept(connection);
    }

    /** The other side is done with the session; an established connection does not care. */
    void handle(RendezvousMessage.End end, long nowNanos) {
        PeerConnection connection = connections.bySession(end.session());
        if (connection == null) {
            return;
        }
        stopSignalling(connection);
        connection.givenUp(nowNanos);
        touch.accept(connection);
    }

    private static void stopSignalling(PeerConnection connection) {
        Attempt attempt = connection.attempt();
        if (attempt != null) {
            attempt.stopSignalling();
        }
    }

    /** An error about a session. */
    void handle(RendezvousMessage.ErrorMessage error, SessionId session) {
        PeerConnection connection = connections.bySession(session);
        if (connection == null) {
            return;
        }
        ConnectFailure failure = switch (error.code()) {
            case PEER_OFFLINE -> new ConnectFailure.PeerOffline();
            case PEER_REFUSED -> new ConnectFailure.Refused(error.message());
            case RATE_LIMITED, TOO_MANY_SESSIONS ->
                new ConnectFailure.LimitReached(
                        "the rendezvous server says " + error.code().wireName() + ": " + error.message());
            case MALFORMED,
                    TOO_LARGE,
                    UNKNOWN_TYPE,
                    NOT_ALLOWED,
                    UNAUTHENTICATED,
                    AUTHENTICATION_FAILED,
                    WRONG_AUTHORITY,
                    UNKNOWN_SESSION,
                    SESSION_EXISTS,
                    TOO_MANY_CONNECTIONS,
                    REPLACED,
                    IDLE,
                    GOING_AWAY,
                    UNRECOGNISED -> new ConnectFailure.ServerRefused(error.code(), error.message());
        };
        boolean answered = connection.attempt() != null && !connection.isUnansweredCall();
        if (answered) {
            if (error.code() != RendezvousErrorCode.RATE_LIMITED) {
                stopSignalling(connection); // the two peers know enough of each other to go on
            }
        } else if (connection.isHalfOpen()) {
            stopSignalling(connection);
            connection.fail(failure);
        }
        touch.accept(connection);
    }
}
