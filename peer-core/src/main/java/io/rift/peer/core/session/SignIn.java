package io.rift.peer.core.session;

import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.time.Deadlines;
import io.rift.peer.core.turn.TurnCredentials;
import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import io.rift.protocol.rendezvous.TurnAccess;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** Our side of the rendezvous server's door: answers its challenge, watches that it lives, keeps credentials fresh. */
final class SignIn {

    /** A server that is silent for so many of its ping intervals is gone. */
    private static final int SILENT_INTERVALS = 3;

    private enum State {
        DISCONNECTED,
        /** Connected; the server speaks first. */
        CONNECTED,
        /** The challenge is answered. */
        AUTHENTICATING,
        SIGNED_IN
    }

    private final String authority;
    private final Identity identity;
    private final RandomGenerator random;
    private final Outbox outbox;
    private State state = State.DISCONNECTED;
    private long signInByNanos = Deadlines.NEVER;
    private long silentAtNanos = Deadlines.NEVER;
    private long silenceNanos;
    private long refreshAtNanos = Deadlines.NEVER;

    SignIn(String authority, Identity identity, RandomGenerator random, Outbox outbox) {
        this.authority = authority;
        this.identity = identity;
        this.random = random;
        this.outbox = outbox;
    }

    boolean isSignedIn() {
        return state == State.SIGNED_IN;
    }

    void connected(long nowNanos) {
        state = State.CONNECTED;
        signInByNanos = nowNanos + EndpointLimits.SIGN_IN_TIMEOUT.toNanos();
    }

    void disconnected() {
        state = State.DISCONNECTED;
        signInByNanos = Deadlines.NEVER;
        silentAtNanos = Deadlines.NEVER;
        refreshAtNanos = Deadlines.NEVER;
    }

    /** Anything came from the server, if only a ping. */
    void heard(long nowNanos) {
        if (state == State.SIGNED_IN) {
            silentAtNanos = nowNanos + silenceNanos;
        }
    }

    void handle(RendezvousMessage.Challenge challenge) {
        if (state != State.CONNECTED) {
            hangUp("a challenge at the wrong time");
            return;
        }
        Octets clientNonce = Octets.random(RendezvousProtocol.NONCE_BYTES, random);
        byte[] payload = AuthenticationPayload.of(authority, challenge.serverNonce(), clientNonce, identity.peerId());
        state = State.AUTHENTICATING;
        outbox.signal(new RendezvousMessage.Authenticate(
                identity.peerId(), authority, clientNonce, Octets.of(identity.sign(payload))));
    }

    /** Whether we are signed in by it. */
    boolean handle(RendezvousMessage.Welcome welcome, long nowNanos) {
        if (state != State.AUTHENTICATING || !welcome.peerId().equals(identity.peerId())) {
            hangUp("a welcome at the wrong time or for somebody else");
            return false;
        }
        state = State.SIGNED_IN;
        signInByNanos = Deadlines.NEVER;
        silenceNanos = Duration.ofSeconds(welcome.pingIntervalSeconds()).toNanos() * SILENT_INTERVALS;
        heard(nowNanos);
        credentials(welcome.turnServers(), nowNanos);
        return true;
    }

    /** Asks for new credentials when three quarters of the shortest life are over. */
    void credentials(List<TurnAccess> servers, long nowNanos) {
        refreshAtNanos = Deadlines.NEVER;
        for (TurnAccess server : servers) {
            long lifeNanos = Duration.ofSeconds(server.ttlSeconds()).toNanos();
            refreshAtNanos = Deadlines.earlier(refreshAtNanos, nowNanos + lifeNanos / 4 * 3);
        }
    }

    /** The TURN server no longer takes the credentials that we have. */
    void credentialsNeeded() {
        if (isSignedIn()) {
            outbox.signal(new RendezvousMessage.RefreshCredentials());
        }
    }

    /** An error that is about no session. */
    void handle(RendezvousMessage.ErrorMessage error) {
        boolean signedIn = isSignedIn();
        switch (error.code()) {
            case UNAUTHENTICATED,
                    AUTHENTICATION_FAILED,
                    WRONG_AUTHORITY,
                    REPLACED,
                    TOO_MANY_CONNECTIONS,
                    IDLE,
                    GOING_AWAY -> refused(error);
            case MALFORMED,
                    TOO_LARGE,
                    UNKNOWN_TYPE,
                    NOT_ALLOWED,
                    PEER_OFFLINE,
                    PEER_REFUSED,
                    UNKNOWN_SESSION,
                    SESSION_EXISTS,
                    RATE_LIMITED,
                    TOO_MANY_SESSIONS,
                    UNRECOGNISED -> {
                if (!signedIn) {
                    refused(error);
                }
            }
        }
    }

    private void refused(RendezvousMessage.ErrorMessage error) {
        outbox.tell(new EndpointOutput.SignInRefused(error.code(), error.message()));
    }

    private void hangUp(String reason) {
        outbox.tell(new EndpointOutput.DisconnectRendezvous(reason));
    }

    /** The servers of a message as an endpoint uses them. */
    static List<EndpointConfig.Turn> turnServers(List<TurnAccess> servers) {
        return servers.stream()
                .map(server -> new EndpointConfig.Turn(
                        server.address(), new TurnCredentials(server.username(), server.password())))
                .toList();
    }

    long nextTimeoutNanos() {
        return Deadlines.earlier(signInByNanos, Deadlines.earlier(silentAtNanos, refreshAtNanos));
    }

    void handleTimeout(long nowNanos) {
        if (Deadlines.isDue(signInByNanos, nowNanos)) {
            signInByNanos = Deadlines.NEVER;
            hangUp("no welcome within " + EndpointLimits.SIGN_IN_TIMEOUT.toSeconds() + " s");
        }
        if (Deadlines.isDue(silentAtNanos, nowNanos)) {
            silentAtNanos = Deadlines.NEVER;
            hangUp("the server fell silent");
        }
        if (Deadlines.isDue(refreshAtNanos, nowNanos)) {
            refreshAtNanos = Deadlines.NEVER;
            credentialsNeeded();
        }
    }
}
