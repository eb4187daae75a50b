package io.rift.server.core.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.AUTHENTICATION_FAILED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.GOING_AWAY;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.IDLE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.MALFORMED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.NOT_ALLOWED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.RATE_LIMITED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.REPLACED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_LARGE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_MANY_CONNECTIONS;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNAUTHENTICATED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_TYPE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.WRONG_AUTHORITY;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.FromClient;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.protocol.rendezvous.TurnAccess;
import io.rift.server.core.auth.SharedSecrets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rendezvous. Tell it what happened, then {@link #poll()} until there is nothing more to do, then call {@link
 * #handleTimeout} no later than at {@link #nextTimeoutNanos()}. Not thread-safe: one caller.
 */
public final class RendezvousServer {
    /** {@link #nextTimeoutNanos()} when nothing is waiting for time to pass; not a time, so test for it first. */
    public static final long NO_TIMEOUT = Long.MAX_VALUE;

    private final RendezvousConfig config;
    private TurnCredentials turnCredentials;
    private final RendezvousLimits limits;
    private final RandomGenerator random;
    private final Outbox outbox = new Outbox();
    private final Deadlines deadlines = new Deadlines();
    private final Admission admission;
    private final Sessions sessions;
    private final Map<Long, Connection> connectionById = new LinkedHashMap<>();
    private final Map<PeerId, Connection> connectionByPeer = new HashMap<>();
    private boolean goingAway;
    private long signIns;
    private long messages;

    /** A rendezvous that nobody is connected to. {@code random} must be unpredictable wherever clients are real. */
    public RendezvousServer(RendezvousConfig config, RandomGenerator random) {
        this.config = config;
        this.turnCredentials = config.turnCredentials();
        this.limits = config.limits();
        this.random = random;
        this.admission = new Admission(limits);
        this.sessions = new Sessions(limits, deadlines, outbox);
    }

    /** From now on TURN credentials are issued under these secrets. */
    public void changeSecrets(SharedSecrets secrets) {
        turnCredentials = new TurnCredentials(secrets, turnCredentials.ttl());
    }

    /**
     * A WebSocket is open. Answered by a challenge, or by an error and the end.
     *
     * @param connectionId the shell's name for it, never used again for another one
     * @param remote where it comes from
     * @param local the address of this server that it came to
     */
    public void handleConnected(long connectionId, IpAddress remote, IpAddress local, long nowNanos) {
        if (goingAway) {
            refuseAndClose(connectionId, GOING_AWAY, "the server stops", CloseCode.GOING_AWAY);
            return;
        }
        if (connectionById.containsKey(connectionId)) {
            throw new IllegalArgumentException("connection " + connectionId + " is open already");
        }
        IpAddress origin = Admission.origin(remote);
        if (!admission.admit(origin)) {
            refuseAndClose(
                    connectionId, TOO_MANY_CONNECTIONS, "too many connections, try later", CloseCode.TRY_AGAIN_LATER);
            return;
        }
        Octets serverNonce = Octets.random(RendezvousProtocol.NONCE_BYTES, random);
        Connection connection = new Connection(
                connectionId, origin, config.announcements().forClientsOf(local), serverNonce, limits, nowNanos);
        connectionById.put(connectionId, connection);
        deadlines.set(connection);
        outbox.send(connection, new Challenge(serverNonce));
    }

    /**
     * A text message arrived. One from a connection that the core has closed is ignored: it was under way.
     *
     * @param wallSeconds Unix time, for the expiry of credentials
     */
    public void handleText(long connectionId, String text, long nowNanos, long wallSeconds) {
        Connection connection = connectionById.get(connectionId);
        if (connection == null) {
            return;
        }
        messages++;
        connection.heard(nowNanos);
        if (!connection.isSignedIn()) {
            handleFirstMessage(connection, RendezvousCodec.decodeFromClient(text), nowNanos, wallSeconds);
        } else if (!connection.messages.take(1 + text.length() / RendezvousLimits.BYTES_PER_TOKEN, nowNanos)) {
            tolerate(connection, RATE_LIMITED, "slow down; this message was dropped", null, nowNanos);
        } else {
            switch (RendezvousCodec.decodeFromClient(text)) {
                case Decoded.Message<FromClient>(FromClient message) ->
                    handleMessage(connection, message, nowNanos, wallSeconds);
                case Decoded.Rejected<FromClient> rejected -> handleUnreadable(connection, rejected, nowNanos);
            }
        }
    }

    /** A binary message arrived, of which the protocol has none. Counts like a text that cannot be read. */
    public void handleBinary(long connectionId, long nowNanos) {
        Connection connection = connectionById.get(connectionId);
        if (connection == null) {
            return;
        }
        messages++;
        connection.heard(nowNanos);
        if (!connection.isSignedIn()) {
            refuseAndClose(connection, MALFORMED, "messages are text");
        } else {
            tolerate(connection, MALFORMED, "messages are text", null, nowNanos);
        }
    }

    /** A frame arrived that is too long to be read, or broken: nothing behind it can be read either. */
    public void handleUnreadableFrame(long connectionId) {
        Connection connection = connectionById.get(connectionId);
        if (connection != null) {
            refuseAndClose(connectionId, TOO_LARGE, "a frame was too long, or broken", CloseCode.MESSAGE_TOO_BIG);
            remove(connection);
        }
    }

    /** The answer to a {@link RendezvousOutput.Ping} arrived; or an answer to nothing, so it costs a token, too. */
    public void handlePong(long connectionId, long nowNanos) {
        Connection connection = connectionById.get(connectionId);
        if (connection == null) {
            return;
        }
        connection.heard(nowNanos);
        if (!connection.messages.take(1, nowNanos)) {
            tolerate(connection, RATE_LIMITED, "too many pongs", null, nowNanos);
        }
    }

    /**
     * A ping arrived, which costs a token like any message.
     *
     * @return whether the shell shall answer it by a pong
     */
    public boolean handlePing(long connectionId, long nowNanos) {
        Connection connection = connectionById.get(connectionId);
        if (connection == null) {
            return false;
        }
        connection.heard(nowNanos);
        if (!connection.messages.take(1, nowNanos)) {
            tolerate(connection, RATE_LIMITED, "too many pings", null, nowNanos);
            return false;
        }
        return true;
    }

    /** A WebSocket is gone, for whatever reason. */
    public void handleDisconnected(long connectionId) {
        Connection connection = connectionById.get(connectionId);
        if (connection != null) {
            remove(connection);
        }
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {
        for (Deadlines.Subject due = deadlines.pollDue(nowNanos); due != null; due = deadlines.pollDue(nowNanos)) {
            switch (due) {
                case Session session -> sessions.forget(session);
                case Connection connection -> handleTimeout(connection, nowNanos);
            }
        }
    }

    private void handleTimeout(Connection connection, long nowNanos) {
        if (!connection.isOverdue(nowNanos)) {
            connection.pinged(nowNanos);
            outbox.ping(connection);
            deadlines.set(connection);
        } else if (connection.isSignedIn()) {
            refuseAndClose(connection, IDLE, "not even a pong");
        } else {
            refuseAndClose(connection, UNAUTHENTICATED, "no answer to the challenge in time");
        }
    }

    /** Says farewell to all and turns newcomers away. */
    public void shutDown() {
        goingAway = true;
        for (Connection connection : connectionById.values()) {
            refuseAndClose(connection.id, GOING_AWAY, "the server stops", CloseCode.GOING_AWAY);
            deadlines.cancel(connection);
            admission.left(connection);
        }
        connectionById.clear();
        connectionByPeer.clear();
        sessions.clear();
    }

    /** When {@link #handleTimeout} has something to do, or {@link #NO_TIMEOUT}. */
    public long nextTimeoutNanos() {
        if (deadlines.isEmpty()) {
            return NO_TIMEOUT;
        }
        long nextNanos = deadlines.nextNanos();
        return nextNanos == NO_TIMEOUT ? nextNanos + 1 : nextNanos; // time wraps, and that nanosecond can be waited for
    }

    /** The next thing to do, {@code null} when there is nothing. */
    public @Nullable RendezvousOutput poll() {
        return outbox.poll();
    }

    /** Counters as of now. */
    public RendezvousSnapshot snapshot() {
        return new RendezvousSnapshot(
                admission.connections(),
                admission.unauthenticated(),
                sessions.size(),
                signIns,
                sessions.introductions(),
                messages,
                outbox.errorsByCode());
    }

    private void handleFirstMessage(
            Connection connection, Decoded<FromClient> decoded, long nowNanos, long wallSeconds) {
        switch (decoded) {
            case Decoded.Message<FromClient>(Authenticate answer) ->
                authenticate(connection, answer, nowNanos, wallSeconds);
            case Decoded.Message<FromClient> other -> refuseAndClose(connection, UNAUTHENTICATED, "authenticate first");
            case Decoded.Rejected<FromClient> rejected ->
                refuseAndClose(connection, rejected.code(), rejected.reason());
        }
    }

    /** A type that we do not know may be a newer client's; everything else is no client of ours. */
    private void handleUnreadable(Connection connection, Decoded.Rejected<FromClient> rejected, long nowNanos) {
        if (rejected.code() == UNKNOWN_TYPE) {
            outbox.refuse(connection, UNKNOWN_TYPE, rejected.reason(), rejected.session());
        } else {
            tolerate(connection, rejected.code(), rejected.reason(), rejected.session(), nowNanos);
        }
    }

    private void authenticate(Connection connection, Authenticate answer, long nowNanos, long wallSeconds) {
        if (!config.authorities().accepts(answer.authority())) {
            refuseAndClose(connection, WRONG_AUTHORITY, "this server does not go by the name that you dialed");
            return;
        }
        if (!Authentication.verify(answer, connection.serverNonce)) {
            refuseAndClose(connection, AUTHENTICATION_FAILED, "the signature does not verify");
            return;
        }
        Connection previous = connectionByPeer.get(answer.peerId());
        if (previous != null) {
            refuseAndClose(previous, REPLACED, "the same identity signed in again");
        }
        signIns++;
        admission.authenticated(connection);
        connection.signedIn(answer.peerId(), nowNanos);
        connectionByPeer.put(answer.peerId(), connection);
        deadlines.set(connection);
        outbox.send(
                connection,
                new Welcome(
                        answer.peerId(),
                        connection.announcement.stunServers(),
                        turnServers(connection, wallSeconds),
                        RendezvousProtocol.MAX_MESSAGE_BYTES,
                        Math.toIntExact(Math.max(1, limits.pingInterval().toSeconds()))));
    }

    private void handleMessage(Connection from, FromClient message, long nowNanos, long wallSeconds) {
        switch (message) {
            case Authenticate again -> outbox.refuse(from, NOT_ALLOWED, "signed in already", null);
            case RefreshCredentials refresh -> outbox.send(from, new Credentials(turnServers(from, wallSeconds)));
            case Connect connect -> connect(from, connect, nowNanos);
            case IceCandidates candidates -> sessions.iceCandidates(from, candidates, nowNanos);
            case Refuse refuse -> sessions.refuse(from, refuse);
            case End end -> sessions.end(from, end);
            case Report report -> sessions.report(from, report);
        }
    }

    /** The limit comes before the look-up: it also bounds how fast a stranger can ask who is online. */
    private void connect(Connection from, Connect connect, long nowNanos) {
        if (from.connects.take(1, nowNanos)) {
            sessions.connect(from, connectionByPeer.get(connect.to()), connect, nowNanos);
        } else {
            tolerate(from, RATE_LIMITED, "too many calls at once", connect.ice().session(), nowNanos);
        }
    }

    private List<TurnAccess> turnServers(Connection connection, long wallSeconds) {
        return turnCredentials.issue(connection.peerId(), connection.announcement.turnServers(), wallSeconds);
    }

    /** Answers what should not have been sent, for as long as the sender's credit lasts. */
    private void tolerate(
            Connection connection,
            RendezvousErrorCode code,
            String reason,
            @Nullable SessionId session,
            long nowNanos) {
        if (connection.tolerance.take(1, nowNanos)) {
            outbox.refuse(connection, code, reason, session);
        } else {
            refuseAndClose(connection, RATE_LIMITED, "too many messages that had to be dropped");
        }
    }

    private void refuseAndClose(Connection connection, RendezvousErrorCode code, String reason) {
        refuseAndClose(connection.id, code, reason, CloseCode.POLICY_VIOLATION);
        remove(connection);
    }

    private void refuseAndClose(long connectionId, RendezvousErrorCode code, String reason, CloseCode closeCode) {
        outbox.refuse(connectionId, code, reason, null);
        outbox.close(connectionId, closeCode, code);
    }

    private void remove(Connection connection) {
        connectionById.remove(connection.id);
        deadlines.cancel(connection);
        admission.left(connection);
        if (connection.isSignedIn()) {
            connectionByPeer.remove(connection.peerId());
            sessions.disconnected(connection);
        }
    }
}
