package io.rift.peer.core.session;

import io.rift.peer.core.ice.CandidatePair;
import io.rift.peer.core.ice.IceFailure;
import io.rift.peer.core.path.PathKind;
import io.rift.peer.core.secure.HandshakeFailure;
import io.rift.peer.core.secure.OpenedPayload;
import io.rift.peer.core.secure.SecureSession;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.IceCandidate;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection from the first call or offer to its end, as the application sees it. */
final class PeerConnection implements Attempt.Listener {

    /** How far it has come. */
    enum State {
        /** Others call; the application has not decided. */
        OFFERED,
        /** We want to call and are not signed in. */
        WAITING,
        /** The introductions are under way, or checks and the handshake are. */
        CONNECTING,
        ESTABLISHED,
        /** We close; the other side is being told. */
        CLOSING,
        OVER
    }

    private final ConnectionId id;
    private final PeerId peer;
    private final Environment environment;
    private final Outbox outbox;
    private final Conversation conversation;
    private final OutcomeReport report;
    private final long startedAtNanos;
    private final boolean incoming;
    private State state;
    private @Nullable Attempt attempt;

    // What an offer brought, until the application accepts it.
    private @Nullable SessionId offeredSession;
    private @Nullable PeerParameters offeredParameters;
    private final List<IceCandidate> offeredCandidates = new ArrayList<>();
    private boolean offeredAll;

    private long nowNanos;
    private long deadlineNanos;
    private long connectNanos;
    private long heardAtNanos;
    private @Nullable CandidatePair path;
    private boolean nominated;
    private long endSessionAtNanos = Deadlines.NEVER;

    /** A connection that we want. */
    static PeerConnection outgoing(ConnectionId id, PeerId peer, Environment environment, long nowNanos) {
        return new PeerConnection(id, peer, environment, State.WAITING, environment.connectNanos(), nowNanos);
    }

    /** A connection that others want. */
    static PeerConnection incoming(
            ConnectionId id,
            PeerId peer,
            SessionId session,
            PeerParameters parameters,
            Environment environment,
            long nowNanos) {
        long acceptNanos = EndpointLimits.ACCEPT_TIMEOUT.toNanos();
        PeerConnection connection = new PeerConnection(id, peer, environment, State.OFFERED, acceptNanos, nowNanos);
        connection.offeredSession = session;
        connection.offeredParameters = parameters;
        return connection;
    }

    private PeerConnection(
            ConnectionId id, PeerId peer, Environment environment, State state, long timeoutNanos, long nowNanos) {
        this.id = id;
        this.peer = peer;
        this.environment = environment;
        this.outbox = environment.outbox();
        this.state = state;
        this.incoming = state == State.OFFERED;
        this.nowNanos = nowNanos;
        conversation = new Conversation(id, outbox);
        report = new OutcomeReport(environment);
        startedAtNanos = nowNanos;
        deadlineNanos = nowNanos + timeoutNanos;
    }

    ConnectionId id() {
        return id;
    }

    PeerId peer() {
        return peer;
    }

    State state() {
        return state;
    }

    /** Whether others wanted it first. */
    boolean isIncoming() {
        return incoming;
    }

    /** The session of an offer. */
    SessionId offeredSession() {
        return Objects.requireNonNull(offeredSession, "no offer");
    }

    @Nullable Attempt attempt() {
        return attempt;
    }

    boolean isHalfOpen() {
        return state == State.OFFERED || state == State.WAITING || state == State.CONNECTING;
    }

    /** Whether we called and the other peer has not answered: both may be calling at once. */
    boolean isUnansweredCall() {
        Attempt current = attempt;
        return state == State.WAITING
                || (state == State.CONNECTING && current != null && current.isCaller() && !current.isAnswered());
    }

    /** Goes on with this attempt; what an earlier one did is void. */
    void begin(Attempt fresh, long now) {
        nowNanos = now;
        dropAttempt();
        attempt = fresh;
        state = State.CONNECTING;
    }

    /** The server forgot the session before the other peer answered: another attempt has to follow. */
    void waitForSignIn() {
        dropAttempt();
        state = State.WAITING;
    }

    private void dropAttempt() {
        endSession();
        if (attempt != null) {
            attempt.close();
            attempt = null;
        }
    }

    /** The application accepts the offer, with the attempt that answers it. */
    void accept(Attempt answer, long now, long wallSeconds) {
        nowNanos = now;
        PeerParameters parameters = offeredParameters;
        if (state != State.OFFERED || parameters == null) {
            throw new IllegalStateException(id + " is " + state + ", not an offer");
        }
        begin(answer, now);
        deadlineNanos = startedAtNanos + environment.connectNanos();
        offeredParameters = null;
        introduction(parameters, now, wallSeconds);
        remoteCandidates(List.copyOf(offeredCandidates), offeredAll, now);
        offeredCandidates.clear();
    }

    void introduction(PeerParameters parameters, long now, long wallSeconds) {
        nowNanos = now;
        ConnectFailure hopeless = attempt == null ? null : attempt.introduction(parameters, now, wallSeconds);
        if (hopeless != null) {
            fail(hopeless);
        }
    }

    void remoteCandidates(List<IceCandidate> candidates, boolean endOfCandidates, long now) {
        nowNanos = now;
        if (attempt != null && state != State.OVER) {
            attempt.remoteCandidates(candidates, endOfCandidates, now);
        } else if (state == State.OFFERED) {
            int room = EndpointLimits.MAX_WAITING_CANDIDATES - offeredCandidates.size();
            offeredCandidates.addAll(candidates.subList(0, Math.min(candidates.size(), room)));
            offeredAll |= endOfCandidates;
        }
    }

    /** A Binding request for our agent, or a response that it waits for. */
    void handleStun(TransportAddress base, TransportAddress from, StunMessage message, long now) {
        nowNanos = now;
        if (message.messageClass() != MessageClass.REQUEST) {
            heardAtNanos = now;
        }
        if (attempt != null) {
            attempt.handleStun(base, from, message, now);
        }
    }

    /** An EncryptedPayload for this connection, from wherever. */
    void handlePayload(ByteBuffer datagram, long now) {
        nowNanos = now;
        OpenedPayload payload = attempt == null ? null : attempt.handlePayload(datagram);
        if (payload != null) {
            heardAtNanos = now;
            received(payload);
        }
    }

    @Override
    public void received(OpenedPayload payload) {
        if (state != State.ESTABLISHED && state != State.CLOSING) {
            return;
        }
        switch (conversation.handle(payload, nowNanos)) {
            case GOES_ON -> {}
            case CLOSED_BY_PEER -> {
                transmit(conversation.closeAcknowledged());
                CloseReason own = conversation.farewell();
                finish(own == null ? CloseReason.CLOSED_BY_PEER : own);
            }
            case CLOSE_ACKNOWLEDGED -> {
                CloseReason own = conversation.farewell();
                if (own != null) {
                    finish(own);
                }
            }
            case VIOLATION -> close(CloseReason.PROTOCOL_VIOLATION, 0, nowNanos);
        }
    }

    private void transmit(@Nullable ByteBuffer sealed) {
        if (sealed != null && attempt != null) {
            attempt.transmit(sealed, nowNanos);
        }
    }

    @Override
    public void established(SecureSession session) {
        conversation.established(session, roundTripOfChecks(), nowNanos);
        state = State.ESTABLISHED;
        connectNanos = Math.max(nowNanos - startedAtNanos, 1);
        deadlineNanos = Deadlines.NEVER;
        report.waitForABetterPath(nowNanos);
        endSessionAtNanos = nowNanos + EndpointLimits.SESSION_LINGER.toNanos();
        CandidatePair current = attempt == null ? null : attempt.agent().selectedPair();
        path = current != null ? current : path;
        if (path == null) {
            throw new IllegalStateException("a handshake ended before there was a path");
        }
        outbox.tell(new EndpointOutput.ConnectionEstablished(id, session.remoteId(), session.suite(), path));
        reportWhenSettled();
    }

    @Override
    public void pathSelected(CandidatePair pair) {
        boolean isChange = !pair.equals(path);
        path = pair;
        if (state != State.ESTABLISHED && state != State.CLOSING) {
            return;
        }
        deadlineNanos = Deadlines.NEVER;
        conversation.pathChanged(roundTripOfChecks(), nowNanos);
        if (isChange) {
            outbox.tell(new EndpointOutput.PathChanged(id, pair));
        }
        reportWhenSettled();
    }

    @Override
    public void pathLost() {
        if (state == State.ESTABLISHED || state == State.CLOSING) {
            deadlineNanos = heardAtNanos + EndpointLimits.PEER_TIMEOUT.toNanos();
        }
    }

    @Override
    public void nominated() {
        nominated = true;
        reportWhenSettled();
    }

    @Override
    public void iceFailed(IceFailure failure) {
        if (state == State.ESTABLISHED || state == State.CLOSING) {
            finish(CloseReason.PEER_VANISHED);
        } else if (attempt != null) {
            fail(Diagnosis.of(failure, attempt));
        }
    }

    @Override
    public void handshakeFailed(HandshakeFailure failure) {
        if (state == State.ESTABLISHED || state == State.CLOSING) {
            // Time ran out for the last message of the handshake: the path broke just after the first half of it.
            finish(failure == HandshakeFailure.TIMED_OUT ? CloseReason.PEER_VANISHED : CloseReason.PROTOCOL_VIOLATION);
        } else {
            fail(Diagnosis.of(failure, path));
        }
    }

    boolean send(byte[] message, long now) {
        nowNanos = now;
        return conversation.offer(message, now);
    }

    void sendDatagram(PayloadKind kind, int timestamp, byte[] body, long now) {
        nowNanos = now;
        transmit(conversation.datagram(kind, timestamp, body));
    }

    void consumed(long now) {
        nowNanos = now;
        conversation.consumed();
    }

    /** The application is done, or something inside the session went wrong. */
    void close(CloseReason reason, long lingerNanos, long now) {
        nowNanos = now;
        switch (state) {
            case OFFERED, WAITING, CONNECTING -> fail(new ConnectFailure.Abandoned());
            case ESTABLISHED -> {
                state = State.CLOSING;
                conversation.close(reason, lingerNanos, now);
            }
            case CLOSING, OVER -> {}
        }
    }

    /** The attempt came to nothing. */
    void fail(ConnectFailure failure) {
        if (state == State.OVER) {
            return;
        }
        boolean worthReporting = failure instanceof ConnectFailure.NoPath
                || failure instanceof ConnectFailure.AuthenticationFailed
                || failure instanceof ConnectFailure.Incompatible;
        if (worthReporting) {
            report(ConnectionPath.FAILED);
        }
        end();
        outbox.tell(new EndpointOutput.ConnectionFailed(id, failure));
    }

    private void finish(CloseReason reason) {
        if (state == State.OVER) {
            return;
        }
        if (path != null) {
            report(path.pathKind().connectionPath());
        }
        ConnectionStatistics statistics = statistics();
        end();
        outbox.tell(new EndpointOutput.ConnectionClosed(id, reason, statistics));
    }

    private void end() {
        state = State.OVER;
        endSession();
        if (attempt != null) {
            attempt.close();
        }
    }

    /** A direct path is what we hoped for; for a relayed one, waits a while whether a better one is found. */
    private void reportWhenSettled() {
        if (state == State.ESTABLISHED && nominated && path != null && path.pathKind() != PathKind.RELAY) {
            report(path.pathKind().connectionPath());
        }
    }

    private void report(ConnectionPath outcome) {
        report.send(attempt, outcome, connectNanos > 0 ? connectNanos : nowNanos - startedAtNanos);
    }

    private void endSession() {
        endSessionAtNanos = Deadlines.NEVER;
        Attempt current = attempt;
        if (current != null && current.isSignalling()) {
            current.stopSignalling();
            outbox.signal(new RendezvousMessage.End(current.session()));
        }
    }

    /** Does what is to be done now; whether there was anything. */
    boolean drain(long now) {
        nowNanos = now;
        Attempt current = attempt;
        if (current == null || state == State.OVER) {
            return false;
        }
        boolean any = current.drain(now);
        if (state == State.ESTABLISHED || state == State.CLOSING) {
            if (!conversation.drain(now, this::transmit)) {
                finish(CloseReason.KEYS_USED_UP);
            }
        }
        return any;
    }

    long nextTimeoutNanos() {
        if (state == State.OVER) {
            return Deadlines.NEVER;
        }
        long own = Deadlines.earlier(deadlineNanos, Deadlines.earlier(report.nextTimeoutNanos(), endSessionAtNanos));
        long inner = Deadlines.earlier(
                conversation.nextTimeoutNanos(), attempt == null ? Deadlines.NEVER : attempt.nextTimeoutNanos());
        return Deadlines.earlier(own, inner);
    }

    void handleTimeout(long now) {
        nowNanos = now;
        if (attempt != null) {
            attempt.handleTimeout(now);
        }
        conversation.handleTimeout(now);
        if (report.comesDue(now) && path != null) {
            report(path.pathKind().connectionPath());
        }
        if (Deadlines.isDue(endSessionAtNanos, now)) {
            endSession();
        }
        CloseReason farewell = conversation.farewell();
        if (farewell != null && conversation.isOver(now)) {
            finish(farewell);
        } else if (Deadlines.isDue(deadlineNanos, now)) {
            deadlineNanos = Deadlines.NEVER;
            timedOut();
        }
    }

    /** The other side gave the attempt up; an established connection does not care. */
    void givenUp(long now) {
        nowNanos = now;
        if (!isHalfOpen()) {
            return;
        }
        if (Deadlines.isDue(deadlineNanos, now)) {
            // Both sides ran out of time: whether its news or our own timer is handled first is chance.
            timedOut();
        } else {
            fail(new ConnectFailure.Refused("it gave the attempt up"));
        }
    }

    private void timedOut() {
        switch (state) {
            case OFFERED -> fail(new ConnectFailure.Abandoned());
            case WAITING -> fail(new ConnectFailure.NotSignedIn());
            case CONNECTING -> fail(Diagnosis.timedOut(attempt, path));
            case ESTABLISHED, CLOSING -> finish(CloseReason.PEER_VANISHED);
            case OVER -> {}
        }
    }

    ConnectionStatistics statistics() {
        return conversation.statistics(connectNanos, roundTripNanos());
    }

    /** Of the checks, or where there is none yet, of the messages. */
    long roundTripNanos() {
        long ofChecks = roundTripOfChecks();
        return ofChecks >= 0 ? ofChecks : conversation.roundTripNanos();
    }

    private long roundTripOfChecks() {
        return attempt == null ? -1 : attempt.agent().roundTripNanos();
    }
}
