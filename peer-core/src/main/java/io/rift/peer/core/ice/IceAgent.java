package io.rift.peer.core.ice;

import io.rift.peer.core.path.RoundTripTime;
import io.rift.peer.core.stun.ClientTransaction;
import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.ErrorCode;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunAttributes;
import io.rift.protocol.stun.StunKeys;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Valid pairs beyond the best of these are let go: a few spares are enough. */
    private static final int MAX_KEPT_PAIRS = 4;

    /** How many failed pairs get another chance at a time. */
    private static final int MAX_RECHECKED_PAIRS = 8;

    /**
     * How long to wait for checks of the peer after all of ours failed. RFC 8863 ("ICE Patiently Awaiting Connectivity")
     * says 39.5 s: our peers are told candidates within a round trip to the rendezvous.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private enum Timer {
        /** The wait for a better pair than the first is over. */
        NOMINATION,
        /** No path by now means none at all. */
        ESTABLISHMENT,
        /** Every pair has failed, and the peer had its time to surprise us. */
        PATIENCE,
        /** Failed pairs that would be better than the selected one get another chance. */
        RECHECK
    }

    private final IceConfig config;
    private final IceSession session;
    private final RandomGenerator random;
    private final CheckList list;
    private final Checks checks;
    private final InboundChecks inbound;
    private final EarlyChecks early = new EarlyChecks();
    private final Consent consent;
    private final PathSelection selection;
    private final Deadlines<Timer> timers = new Deadlines<>();
    private final Queue<IceOutput> outputs = new ArrayDeque<>();
    private final Map<DropReason, Long> droppedByReason = new EnumMap<>(DropReason.class);
    private @Nullable CandidatePair announced;
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
        this.random = random;
        this.session = new IceSession(role, localCredentials, random);
        this.list = new CheckList(session::role);
        this.checks = new Checks(config, session, random, outputs::add);
        this.inbound = new InboundChecks(session);
        this.consent = new Consent(config, random);
        this.selection = new PathSelection(config, session);
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
            case SUCCESS_RESPONSE, ERROR_RESPONSE -> handleResponse(base, from, message, nowNanos);
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
            case InboundChecks.Verdict.Refused(InboundChecks.Reply reply) -> reply(local, from, reply);
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
        ListedPair pair = list.pairOf(local, from, priority);
        if (pair == null) {
            drop(DropReason.TOO_MANY);
            return;
        }
        boolean isNominated = useCandidate && !session.isControlling();
        if (pair.isValid()) {
            if (isNominated) {
                nominated(pair, nowNanos);
            }
            if (pair.isSuspect()) {
                consent.hurry(pair, nowNanos); // the peer is back, so the path may be
            }
            return;
        }
        checks.cancel(pair, nowNanos);
        list.trigger(pair);
        if (isNominated) {
            pair.nominateOnSuccess(true);
        }
    }

    private void handleResponse(TransportAddress base, TransportAddress from, StunMessage message, long nowNanos) {
        ClientTransaction<Check> transaction = checks.find(message.transactionId());
        IceCredentials remote = session.remote();
        if (transaction == null || remote == null) {
            drop(DropReason.UNKNOWN_TRANSACTION);
            return;
        }
        if (message.method() != StunMethod.BINDING) {
            drop(DropReason.UNEXPECTED_MESSAGE);
            return;
        }
        if (message.hasFingerprint() && !message.fingerprintIsValid()) {
            drop(DropReason.BAD_FINGERPRINT);
            return;
        }
        // RFC 8489 section 9.1.4: without the right MESSAGE-INTEGRITY it is as if it had never been received.
        if (!message.verifyMessageIntegrity(StunKeys.shortTerm(remote.password()))) {
            drop(DropReason.BAD_INTEGRITY);
            return;
        }
        checks.finish(transaction.id());
        Check check = transaction.context();
        ListedPair pair = check.pair();
        // RFC 8445 section 7.2.5.2.1: "If the addresses are not symmetric, the agent MUST set the candidate pair state
        // to
        // Failed."
        if (!base.equals(pair.base()) || !from.equals(pair.remoteAddress())) {
            drop(DropReason.WRONG_SOURCE);
            fail(pair, ListedPair.Failure.REFUSED, nowNanos);
        } else if (message.messageClass() == MessageClass.ERROR_RESPONSE) {
            refused(check, message, nowNanos);
        } else {
            TransportAddress mapped = message.get(StunAttributes.XOR_MAPPED_ADDRESS);
            boolean isUnderstood =
                    message.unknownComprehensionRequired(CheckMessages.KNOWN).isEmpty();
            if (mapped == null || !isUnderstood) {
                drop(DropReason.BAD_ATTRIBUTE);
                fail(pair, ListedPair.Failure.REFUSED, nowNanos);
            } else {
                succeeded(transaction, mapped, nowNanos);
            }
        }
    }

    private void refused(Check check, StunMessage message, long nowNanos) {
        ErrorCode error = message.get(StunAttributes.ERROR_CODE);
        if (error == null || error.code() != ErrorCode.ROLE_CONFLICT.code()) {
            // RFC 8445 section 7.2.5.2.4; for consent, RFC 7675 section 5.1 has 403 revoke it
            fail(check.pair(), ListedPair.Failure.REFUSED, nowNanos);
            return;
        }
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
        selection.roleSwitched();
        outputs.add(new IceOutput.RoleSwitched(session.role()));
    }

    private void succeeded(ClientTransaction<Check> transaction, TransportAddress mapped, long nowNanos) {
        Check check = transaction.context();
        ListedPair pair = check.pair();
        long roundTripNanos = transaction.roundTripNanos(nowNanos);
        if (roundTripNanos >= 0) {
            pair.roundTripTime().sample(roundTripNanos);
        }
        boolean isNew = !pair.isValid();
        pair.succeeded(list.seenAs(pair, mapped), nowNanos);
        consent.answered(pair, nowNanos);
        list.untrigger(pair);
        if (isNew) {
            list.unfreeze(pair);
            selection.validated(nowNanos);
            timers.set(Timer.NOMINATION, selection.nominationNanos());
            outputs.add(new IceOutput.PairValidated(pair.candidatePair()));
        }
        boolean isNominated = session.isControlling()
                ? check.purpose() == Check.Purpose.NOMINATION && check.role() == Role.CONTROLLING
                : pair.isNominatedOnSuccess();
        if (isNominated) {
            nominated(pair, nowNanos);
        }
    }

    private void nominated(ListedPair pair, long nowNanos) {
        pair.nominateOnSuccess(false);
        if (!selection.isNominated(pair)) {
            selection.nominated(pair);
            outputs.add(new IceOutput.Nominated(pair.candidatePair()));
            // RFC 8445 section 8.1.1 would end all other checks; those for a better tier go on.
            for (ListedPair other : list.pairs()) {
                if (other.state() == PairState.IN_PROGRESS && !other.tier().isBetterThan(pair.tier())) {
                    checks.cancel(other, nowNanos);
                    other.await();
                }
            }
        } else {
            selection.nominated(pair);
        }
    }

    /** A pair does not work, or no longer. */
    private void fail(ListedPair pair, ListedPair.Failure failure, long nowNanos) {
        boolean wasValid = pair.isValid();
        pair.failed(failure);
        consent.forget(pair);
        list.untrigger(pair);
        selection.lost(pair);
        if (wasValid && list.validPairs().isEmpty()) {
            outputs.add(new IceOutput.PathLost());
            announced = null;
            recheck(list.pairs(), nowNanos);
            search(nowNanos);
        }
    }

    /** Starts the time within which a path has to be found. */
    private void search(long nowNanos) {
        searchNanos = nowNanos;
        timers.cancel(Timer.RECHECK);
        timers.set(Timer.ESTABLISHMENT, nowNanos + config.establishmentTimeout().toNanos());
    }

    /** The network changed under us: asks for consent on every valid pair and checks the failed ones again, now. */
    public void recheck(long nowNanos) {
        list.validPairs().forEach(pair -> consent.hurry(pair, nowNanos));
        recheck(list.pairs(), nowNanos);
        proceed(nowNanos);
    }

    private void recheck(List<ListedPair> pairs, long nowNanos) {
        for (ListedPair pair : pairs) {
            if (pair.state() == PairState.FAILED) {
                pair.awaitAgain();
                if (pair.isViaRelay()) {
                    list.permissions().needAgain(pair.remoteAddress().ip());
                }
            }
        }
        nextCheckNanos = nowNanos;
    }

    /** Failed pairs that would be better than the selected one, best first. */
    private List<ListedPair> upgrades(ListedPair selected) {
        return list.pairs().stream()
                .filter(pair -> pair.state() == PairState.FAILED && pair.tier().isBetterThan(selected.tier()))
                .limit(MAX_RECHECKED_PAIRS)
                .toList();
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
        return announced;
    }

    /** Smoothed round trip time of the selected pair's checks, or -1 when there is none. */
    public long roundTripNanos() {
        ListedPair pair = selection.selected(list.validPairs());
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
        announced = null;
        checks.clear();
        consent.clear();
        timers.clear();
    }

    /** Time has passed. */
    public void handleTimeout(long nowNanos) {
        for (var over = checks.pollTimedOut(nowNanos); over != null; over = checks.pollTimedOut(nowNanos)) {
            timedOut(over, nowNanos);
        }
        for (ListedPair pair = consent.pollDue(nowNanos); pair != null; pair = consent.pollDue(nowNanos)) {
            renewConsent(pair, nowNanos);
        }
        for (Timer timer = timers.pollDue(nowNanos); timer != null; timer = timers.pollDue(nowNanos)) {
            switch (timer) {
                case NOMINATION, PATIENCE -> {} // proceed() looks at the time
                case ESTABLISHMENT -> {
                    if (list.validPairs().isEmpty()) {
                        giveUp();
                    }
                }
                case RECHECK -> {
                    ListedPair selected = selection.selected(list.validPairs());
                    if (selected != null) {
                        recheck(upgrades(selected), nowNanos);
                    }
                }
            }
        }
        proceed(nowNanos);
    }

    private void timedOut(ClientTransaction<Check> transaction, long nowNanos) {
        Check check = transaction.context();
        ListedPair pair = check.pair();
        boolean isDecisive = switch (check.purpose()) {
            case CONNECTIVITY -> !transaction.isCancelled() && pair.isDecidedBy(transaction.id());
            case NOMINATION -> pair.isValid();
            case CONSENT -> false; // consent has its own clock
        };
        if (isDecisive) {
            fail(pair, ListedPair.Failure.UNANSWERED, nowNanos);
        }
    }

    private void renewConsent(ListedPair pair, long nowNanos) {
        if (!pair.isValid()) {
            return;
        }
        if (consent.hasExpired(pair, nowNanos) || !isKept(pair)) {
            fail(pair, ListedPair.Failure.UNANSWERED, nowNanos);
            return;
        }
        // The nominated pair is named again each time, so that a nomination that was overtaken on its way heals.
        boolean useCandidate = selection.isNominated(pair);
        checks.send(pair, Check.Purpose.CONSENT, useCandidate, nowNanos);
        boolean wasSuspect = pair.isSuspect();
        consent.asked(pair, nowNanos);
        if (!wasSuspect && pair.isSuspect()) {
            recheck(list.pairs(), nowNanos);
        }
    }

    private boolean isKept(ListedPair pair) {
        if (selection.isNominated(pair)) {
            return true;
        }
        return list.validPairs().stream()
                .sorted(Comparator.comparing(valid -> valid.preference(session.role())))
                .limit(MAX_KEPT_PAIRS)
                .anyMatch(valid -> valid == pair);
    }

    /** What follows from every input. */
    private void proceed(long nowNanos) {
        if (closed) {
            return;
        }
        if (session.remote() != null) {
            for (IpAddress peer = list.permissions().pollNeeded();
                    peer != null;
                    peer = list.permissions().pollNeeded()) {
                outputs.add(new IceOutput.PermissionNeeded(peer));
            }
            list.park(selection.nominatedTier());
            sendDueChecks(nowNanos);
        }
        select(nowNanos);
        nominate(nowNanos);
        if (session.remote() != null && announced == null) {
            considerFailure(nowNanos);
        }
    }

    private void sendDueChecks(long nowNanos) {
        if (Deadlines.isDue(nextCheckNanos, nowNanos)) {
            ListedPair pair = list.pollNext();
            if (pair != null) {
                checks.send(pair, Check.Purpose.CONNECTIVITY, false, nowNanos);
                nextCheckNanos = nowNanos + config.pace().toNanos();
            }
        }
    }

    private void select(long nowNanos) {
        ListedPair selected = selection.selected(list.validPairs());
        CandidatePair pair = selected == null ? null : selected.candidatePair();
        if (pair == null || Objects.equals(pair, announced)) {
            return;
        }
        if (announced == null) {
            timers.cancel(Timer.ESTABLISHMENT);
            scheduleRecheck(nowNanos);
        }
        hadPath = true;
        announced = pair;
        outputs.add(new IceOutput.PathSelected(pair));
    }

    private void scheduleRecheck(long nowNanos) {
        long interval = config.recheckInterval().toNanos();
        timers.set(Timer.RECHECK, nowNanos + random.nextLong(interval / 5 * 4, interval / 5 * 6 + 1));
    }

    private void nominate(long nowNanos) {
        if (session.isControlling()) {
            ListedPair pair = selection.toNominate(list, localTrickling || remoteTrickling, nowNanos);
            if (pair != null && checks.send(pair, Check.Purpose.NOMINATION, true, nowNanos)) {
                selection.nominating(pair);
            }
        }
    }

    private void considerFailure(long nowNanos) {
        if (localTrickling || remoteTrickling || !list.allFailed()) {
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
        long ownNanos = Deadlines.earlier(timers.nextNanos(), hasCheck ? nextCheckNanos : NEVER);
        return Deadlines.earlier(ownNanos, Deadlines.earlier(checks.nextTimeoutNanos(), consent.nextTimeoutNanos()));
    }

    /** The next thing to do, or {@code null} when all is done. */
    public @Nullable IceOutput poll() {
        return outputs.poll();
    }

    private void drop(DropReason reason) {
        droppedByReason.merge(reason, 1L, Long::sum);
    }
}
