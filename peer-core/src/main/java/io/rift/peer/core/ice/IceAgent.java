package io.rift.peer.core.ice;

import io.rift.peer.core.path.RoundTripTime;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The ICE agent of one connection: one data stream, one component.
 *
 * <p>After every input, drain {@link #poll()} and re-arm a timer with {@link #nextTimeoutNanos()}.
 */
public final class IceAgent {

    /** What {@link #nextTimeoutNanos()} returns when there is nothing to wait for. */
    public static final long NEVER = Deadlines.NEVER;

    /**
     * How long to wait for checks of the peer after all of ours failed. RFC 8863 ("ICE Patiently Awaiting Connectivity")
     * says 39.5 s: our peers are told candidates within a round trip to the rendezvous.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private enum Timer {
        /** No path by now means none at all. */
        ESTABLISHMENT,
        /** Every pair has failed, and the peer had its time to surprise us. */
        PATIENCE
    }

    private final IceConfig config;
    private final IceSession session;
    private final CheckList list;
    private final Checks checks;
    private final InboundChecks inbound;
    private final EarlyChecks early = new EarlyChecks();
    private final PathKeeper paths;
    private final Deadlines<Timer> timers = new Deadlines<>();
    private final Queue<IceOutput> outputs = new ArrayDeque<>();
    private final Map<DropReason, Long> droppedByReason = new EnumMap<>(DropReason.class);
    private boolean localTrickling = true;
    private boolean remoteTrickling = true;
    private boolean hadPath;
    private boolean closed;
    private long searchNanos;
    private long nextCheckNanos;

    /**
     * An agent that has nothing yet.
     *
     * @param config timers
     * @param role controlling for the side that connects
     * @param localCredentials ours, which the rendezvous carries to the peer
     * @param random a cryptographic source for transaction ids and the tie-breaker
     */
    public IceAgent(IceConfig config, Role role, IceCredentials localCredentials, RandomGenerator random) {
        this.config = config;
        this.session = new IceSession(role, localCredentials, random);
        this.list = new CheckList(session::role);
        this.checks = new Checks(config, session, random, outputs::add);
        this.inbound = new InboundChecks(session);
        this.paths = new PathKeeper(config, session, list, checks, random, outputs::add);
    }

    /** Our credentials: the user name fragment finds the agent for an incoming request. */
    public IceCredentials localCredentials() {
        return session.local();
    }

    /** The current role; a conflict can change it. */
    public Role role() {
        return session.role();
    }

    /** How many messages, or candidates, were ignored for this reason. */
    public long dropped(DropReason reason) {
        return droppedByReason.getOrDefault(reason, 0L);
    }

    /** Adds one of our candidates, which the caller also signals to the peer. Beyond the bound it is ignored. */
    public void addLocalCandidate(Candidate candidate, long nowNanos) {
        if (!list.addLocal(candidate)) {
            drop(DropReason.TOO_MANY);
        }
        proceed(nowNanos);
    }

    /** Takes a candidate back that the gatherer withdrew. Pairs that nothing else can carry are gone. */
    public void removeLocalCandidate(Candidate candidate, long nowNanos) {
        for (ListedPair pair : list.removeLocal(candidate)) {
            checks.forget(pair);
            fail(pair, ListedPair.Failure.REFUSED, nowNanos);
        }
        proceed(nowNanos);
    }

    /** No more local candidates will come. */
    public void endOfLocalCandidates(long nowNanos) {
        localTrickling = false;
        proceed(nowNanos);
    }

    /** The peer's credentials: checks can begin. A repetition is ignored. */
    public void remoteCredentials(IceCredentials credentials, long nowNanos) {
        if (closed || session.remote() != null) {
            return;
        }
        session.remote(credentials);
        nextCheckNanos = nowNanos;
        search(nowNanos);
        for (EarlyChecks.EarlyCheck check : early.take(credentials.usernameFragment())) {
            Candidate local = list.localAt(check.base(), check.from().ip().family());
            if (local != null) {
                checked(local, check.from(), check.priority(), check.useCandidate(), nowNanos);
            }
        }
        proceed(nowNanos);
    }

    /** Adds a candidate that the peer signalled. Beyond the bound, or unusable, it is ignored and counted. */
    public void addRemoteCandidate(Candidate candidate, long nowNanos) {
        if (!list.addRemote(candidate)) {
            drop(UsableAddresses.isUsable(candidate.address()) ? DropReason.TOO_MANY : DropReason.BAD_ATTRIBUTE);
        }
        proceed(nowNanos);
    }

    /** No more remote candidates will come. */
    public void endOfRemoteCandidates(long nowNanos) {
        remoteTrickling = false;
        proceed(nowNanos);
    }

    /** Whether a Binding response with this id is for {@link #handleStun} of this agent. */
    public boolean awaits(TransactionId transactionId) {
        return checks.awaits(transactionId);
    }

    /**
     * A Binding request whose USERNAME begins with our fragment and a colon, or a response that this agent awaits.
     *
     * @param base the socket it came in at, or our relayed transport address
     * @param from its source; for a relayed datagram the peer that the TURN server names
     */
    public void handleStun(TransportAddress base, TransportAddress from, StunMessage message, long nowNanos) {
        if (closed) {
            drop(DropReason.CLOSED);
            return;
        }
        switch (message.messageClass()) {
            case REQUEST -> handleRequest(base, from, message, nowNanos);
            case SUCCESS_RESPONSE, ERROR_RESPONSE -> handle(checks.judge(base, from, message, nowNanos), nowNanos);
            case INDICATION -> drop(DropReason.UNEXPECTED_MESSAGE);
        }
        proceed(nowNanos);
    }

    private void handleRequest(TransportAddress base, TransportAddress from, StunMessage message, long nowNanos) {
        Candidate local = list.localAt(base, from.ip().family());
        if (local == null) {
            drop(DropReason.UNKNOWN_BASE);
            return;
        }
        Role before = session.role();
        switch (inbound.judge(from, message)) {
            case InboundChecks.Verdict.Dropped(DropReason reason) -> drop(reason);
            case InboundChecks.Verdict.Refused(InboundChecks.Reply reply, DropReason reason) -> {
                drop(reason);
                reply(local, from, reply);
            }
            case InboundChecks.Verdict.Accepted accepted -> {
                reply(local, from, accepted.reply());
                if (session.role() != before) {
                    roleSwitched();
                }
                accepted(local, from, accepted, nowNanos);
            }
        }
    }

    private void reply(Candidate local, TransportAddress to, InboundChecks.Reply reply) {
        boolean isViaRelay = new CandidatePair(local, local).isViaRelay();
        outputs.add(new IceOutput.Transmit(local.base(), isViaRelay, to, ByteBuffer.wrap(reply.bytes())));
    }

    private void accepted(Candidate local, TransportAddress from, InboundChecks.Verdict.Accepted check, long nowNanos) {
        if (session.remote() != null) {
            checked(local, from, check.priority(), check.useCandidate(), nowNanos);
        } else {
            var later = new EarlyChecks.EarlyCheck(
                    local.base(), from, check.priority(), check.useCandidate(), check.remoteFragment());
            if (!early.add(later)) {
                drop(DropReason.TOO_MANY);
            }
        }
    }

    /** RFC 8445 sections 7.3.1.3 to 7.3.1.5: learns a candidate, triggers a check, notes a nomination. */
    private void checked(Candidate local, TransportAddress from, long priority, boolean useCandidate, long nowNanos) {
        ListedPair pair = list.pairOf(local, from, priority, nowNanos);
        if (pair == null) {
            drop(DropReason.TOO_MANY);
            return;
        }
        boolean isNominated = useCandidate && !session.isControlling();
        if (pair.isValid()) {
            paths.checkedByPeer(pair, isNominated, nowNanos);
            return;
        }
        checks.cancel(pair, nowNanos);
        list.trigger(pair);
        if (isNominated) {
            pair.nominateOnSuccess(true);
        }
    }

    private void handle(Checks.Outcome outcome, long nowNanos) {
        switch (outcome) {
            case Checks.Outcome.Dropped(DropReason reason) -> drop(reason);
            case Checks.Outcome.Succeeded(Check check, TransportAddress mapped, long roundTripNanos) -> {
                if (list.contains(check.pair())) {
                    check.pair().roundTripTime().sample(roundTripNanos);
                    paths.succeeded(check, mapped, nowNanos);
                }
            }
            case Checks.Outcome.RoleConflict(Check check) -> roleConflict(check);
            case Checks.Outcome.Refused(Check check, DropReason reason) -> {
                drop(reason);
                fail(check.pair(), ListedPair.Failure.REFUSED, nowNanos);
            }
            case Checks.Outcome.Unanswered(Check check) -> fail(check.pair(), ListedPair.Failure.UNANSWERED, nowNanos);
        }
    }

    /** RFC 8445 section 7.2.5.1. A 487 to a check from before our last change of roles changes nothing. */
    private void roleConflict(Check check) {
        if (check.role() == session.role()) {
            session.switchRole();
            session.changeTieBreaker();
            roleSwitched();
        }
        if (!check.pair().isValid() && list.contains(check.pair())) {
            list.trigger(check.pair());
        }
    }

    private void roleSwitched() {
        list.sort();
        paths.roleSwitched();
        outputs.add(new IceOutput.RoleSwitched(session.role()));
    }

    /** A pair does not work, or no longer. */
    private void fail(ListedPair pair, ListedPair.Failure failure, long nowNanos) {
        if (!closed && paths.failed(pair, failure)) {
            search(nowNanos);
        }
    }

    /** Starts the time within which a path has to be found. */
    private void search(long nowNanos) {
        searchNanos = nowNanos;
        timers.set(Timer.ESTABLISHMENT, nowNanos + config.establishmentTimeout().toNanos());
    }

    /** The network changed under us: asks for consent on every valid pair and checks the failed ones again, now. */
    public void recheck(long nowNanos) {
        if (!closed) {
            paths.recheck(nowNanos);
            proceed(nowNanos);
        }
    }

    /** The TURN client may now send to this address. */
    public void permissionInstalled(IpAddress peer, long nowNanos) {
        list.permissions().installed(peer);
        proceed(nowNanos);
    }

    /** The TURN server does not let us send to this address. */
    public void permissionRefused(IpAddress peer, long nowNanos) {
        list.permissions().refused(peer);
        for (ListedPair pair : list.pairs()) {
            if (pair.isViaRelay() && pair.remoteAddress().ip().equals(peer)) {
                checks.forget(pair);
                fail(pair, ListedPair.Failure.REFUSED, nowNanos);
            }
        }
        proceed(nowNanos);
    }

    /** The pair that data should use now, or {@code null} while none is valid. */
    public @Nullable CandidatePair selectedPair() {
        return paths.announced();
    }

    /** Smoothed round trip time of the selected pair's checks, or -1 when there is none. */
    public long roundTripNanos() {
        ListedPair pair = paths.selected();
        return pair == null ? RoundTripTime.UNKNOWN : pair.roundTripTime().smoothedNanos();
    }

    /** Whether data from this source over this base comes along a path that a check has proved. */
    public boolean isValidPath(TransportAddress base, TransportAddress from) {
        ListedPair pair = list.find(base, from);
        return pair != null && pair.isValid();
    }

    /** Stops. Nothing is sent any more and every input is ignored. */
    public void close() {
        closed = true;
        checks.clear();
        paths.close();
        timers.clear();
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {
        for (var over = checks.pollUnanswered(nowNanos); over != null; over = checks.pollUnanswered(nowNanos)) {
            handle(over, nowNanos);
        }
        for (ListedPair lost = paths.pollLost(nowNanos); lost != null; lost = paths.pollLost(nowNanos)) {
            fail(lost, ListedPair.Failure.UNANSWERED, nowNanos);
        }
        paths.handleTimeout(nowNanos);
        for (Timer timer = timers.pollDue(nowNanos); timer != null; timer = timers.pollDue(nowNanos)) {
            switch (timer) {
                case ESTABLISHMENT -> giveUp();
                case PATIENCE -> {} // proceed() looks at the time
            }
        }
        proceed(nowNanos);
    }

    /** What follows from every input. */
    private void proceed(long nowNanos) {
        if (closed || session.remote() == null) {
            return;
        }
        RelayPermissions permissions = list.permissions();
        for (IpAddress peer = permissions.pollNeeded(); peer != null; peer = permissions.pollNeeded()) {
            outputs.add(new IceOutput.PermissionNeeded(peer));
        }
        paths.update(localTrickling || remoteTrickling, nowNanos);
        sendDueCheck(nowNanos);
        if (paths.announced() == null) {
            considerFailure(nowNanos);
        } else {
            hadPath = true;
            timers.cancel(Timer.ESTABLISHMENT);
            timers.cancel(Timer.PATIENCE);
        }
    }

    /** RFC 8445 section 6.1.4.2: one check each Ta. */
    private void sendDueCheck(long nowNanos) {
        ListedPair pair = Deadlines.isDue(nextCheckNanos, nowNanos) ? list.pollNext() : null;
        if (pair != null) {
            checks.send(pair, Check.Purpose.CONNECTIVITY, false, nowNanos);
            nextCheckNanos = nowNanos + config.pace().toNanos();
        }
    }

    private void considerFailure(long nowNanos) {
        if (hadPath || localTrickling || remoteTrickling || !list.allFailed()) {
            timers.cancel(Timer.PATIENCE);
        } else if (nowNanos - searchNanos >= PATIENCE.toNanos()) {
            giveUp();
        } else {
            timers.set(Timer.PATIENCE, searchNanos + PATIENCE.toNanos());
        }
    }

    private void giveUp() {
        IceFailure failure = FailureSummary.of(list, hadPath);
        close();
        outputs.add(new IceOutput.Failed(failure));
    }

    /** When {@link #handleTimeout} wants to be called, or {@link #NEVER}. */
    public long nextTimeoutNanos() {
        if (closed) {
            return NEVER;
        }
        boolean hasCheck = session.remote() != null && list.hasNext();
        long checksNanos = Deadlines.earlier(hasCheck ? nextCheckNanos : NEVER, checks.nextTimeoutNanos());
        return Deadlines.earlier(checksNanos, Deadlines.earlier(timers.nextNanos(), paths.nextTimeoutNanos()));
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable IceOutput poll() {
        return outputs.poll();
    }

    private void drop(DropReason reason) {
        droppedByReason.merge(reason, 1L, Long::sum);
    }
}
