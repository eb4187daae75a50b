package io.rift.peer.core.ice;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.TransportAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the pairs that work: tells which one data uses, nominates, keeps consent fresh, and gives pairs that failed
 * another chance when they would be better than what there is.
 */
final class PathKeeper {

    /** Valid pairs beyond the best of these are let go: a few spares are enough. */
    private static final int MAX_KEPT_PAIRS = 4;

    /** How many failed pairs get another chance at a time. */
    private static final int MAX_RECHECKED_PAIRS = 8;

    /** Each round of second chances waits twice as long as the one before, up to this many times the first wait. */
    private static final int MAX_RECHECK_BACKOFF = 8;

    private final IceConfig config;
    private final IceSession session;
    private final CheckList list;
    private final Checks checks;
    private final RandomGenerator random;
    private final Consumer<IceOutput> out;
    private final Consent consent;
    private final PathSelection selection;
    private @Nullable CandidatePair announced;
    private long recheckNanos = Deadlines.NEVER;
    private int recheckBackoff = 1;

    PathKeeper(
            IceConfig config,
            IceSession session,
            CheckList list,
            Checks checks,
            RandomGenerator random,
            Consumer<IceOutput> out) {
        this.config = config;
        this.session = session;
        this.list = list;
        this.checks = checks;
        this.random = random;
        this.out = out;
        this.consent = new Consent(config, random);
        this.selection = new PathSelection(config, session);
    }

    /** The pair that data should use, as it was last told; {@code null} while there is none. */
    @Nullable CandidatePair announced() {
        return announced;
    }

    /** The pair that data should use, or {@code null}. */
    @Nullable ListedPair selected() {
        return selection.selected(list.validPairs());
    }

    /** A check of ours succeeded. */
    void succeeded(Check check, TransportAddress mapped, long nowNanos) {
        ListedPair pair = check.pair();
        boolean isNew = !pair.isValid();
        pair.succeeded(list.seenAs(pair, mapped), nowNanos);
        consent.answered(pair, nowNanos);
        if (isNew) {
            list.untrigger(pair);
            list.unfreeze(pair);
            selection.validated(nowNanos);
            out.accept(new IceOutput.PairValidated(pair.candidatePair()));
        }
        boolean isNominated = session.isControlling()
                ? check.purpose() == Check.Purpose.NOMINATION && check.role() == Role.CONTROLLING
                : pair.isNominatedOnSuccess();
        if (isNominated) {
            nominated(pair, nowNanos);
        }
    }

    /** The peer checked a pair that is valid. */
    void checkedByPeer(ListedPair pair, boolean isNominated, long nowNanos) {
        if (isNominated) {
            nominated(pair, nowNanos);
        }
        if (pair.isSuspect()) {
            consent.hurry(pair, nowNanos); // the peer is back, so the path may be
        }
    }

    private void nominated(ListedPair pair, long nowNanos) {
        pair.nominateOnSuccess(false);
        boolean isNew = !selection.isNominated(pair);
        selection.nominated(pair);
        if (isNew) {
            out.accept(new IceOutput.Nominated(pair.candidatePair()));
            // RFC 8445 section 8.1.2 would end all other checks; those for a better tier go on.
            for (ListedPair other : list.pairs()) {
                if (other.state() == PairState.IN_PROGRESS && !other.tier().isBetterThan(pair.tier())) {
                    checks.cancel(other, nowNanos);
                    other.await();
                }
            }
        }
    }

    /** A pair does not work, or no longer. Returns whether it was the last one that did. */
    boolean failed(ListedPair pair, ListedPair.Failure failure) {
        boolean wasValid = pair.isValid();
        pair.failed(failure);
        consent.forget(pair);
        list.untrigger(pair);
        selection.lost(pair);
        if (!wasValid || !list.validPairs().isEmpty()) {
            return false;
        }
        selection.allLost();
        announced = null;
        recheckNanos = Deadlines.NEVER;
        out.accept(new IceOutput.PathLost());
        secondChance(list.pairs(), false);
        return true;
    }

    void roleSwitched() {
        selection.roleSwitched();
    }

    /** Asks for consent on every valid pair and checks the failed ones again, now. */
    void recheck(long nowNanos) {
        list.validPairs().forEach(pair -> consent.hurry(pair, nowNanos));
        secondChance(list.pairs(), false);
        recheckBackoff = 1;
        if (announced != null) {
            scheduleRecheck(nowNanos);
        }
    }

    private void secondChance(List<ListedPair> pairs, boolean isBrief) {
        for (ListedPair pair : pairs) {
            if (pair.state() == PairState.FAILED) {
                pair.awaitAgain(isBrief);
            }
            if (pair.isViaRelay() && !pair.isValid()) {
                list.permissions().needAgain(pair.remoteAddress().ip());
            }
        }
    }

    private void scheduleRecheck(long nowNanos) {
        long interval = config.recheckInterval().toNanos() * recheckBackoff;
        recheckNanos = nowNanos + random.nextLong(interval / 5 * 4, interval / 5 * 6 + 1);
    }

    /** Renews consent where it is due. Returns a pair that has lost it, or is one spare too many; else {@code null}. */
    @Nullable ListedPair pollLost(long nowNanos) {
        for (ListedPair pair = consent.pollDue(nowNanos); pair != null; pair = consent.pollDue(nowNanos)) {
            if (consent.hasExpired(pair, nowNanos) || !isKept(pair)) {
                return pair;
            }
            // The nominated pair is named again each time, so that a nomination that was overtaken on its way heals.
            checks.send(pair, Check.Purpose.CONSENT, selection.isNominated(pair), nowNanos);
            boolean wasSuspect = pair.isSuspect();
            consent.asked(pair, nowNanos);
            if (!wasSuspect && pair.isSuspect()) {
                secondChance(list.pairs(), false);
            }
        }
        return null;
    }

    private boolean isKept(ListedPair pair) {
        return selection.isNominated(pair)
                || list.validPairs().stream()
                        .sorted(Comparator.comparing(valid -> valid.preference(session.role())))
                        .limit(MAX_KEPT_PAIRS)
                        .anyMatch(valid -> valid == pair);
    }

    /** Gives failed pairs their second chance when its time has come. */
    void handleTimeout(long nowNanos) {
        selection.handleTimeout(nowNanos);
        if (!Deadlines.isDue(recheckNanos, nowNanos)) {
            return;
        }
        recheckNanos = Deadlines.NEVER;
        ListedPair selected = selected();
        if (selected != null) {
            secondChance(
                    list.pairs().stream()
                            .filter(pair -> pair.state() == PairState.FAILED
                                    && pair.tier().isBetterThan(selected.tier()))
                            .limit(MAX_RECHECKED_PAIRS)
                            .toList(),
                    true);
            recheckBackoff = Math.min(2 * recheckBackoff, MAX_RECHECK_BACKOFF);
            scheduleRecheck(nowNanos);
        }
    }

    /** Tells another pair for data if there is one, and nominates if there is cause. */
    void update(boolean isTrickling, long nowNanos) {
        ListedPair selected = selected();
        CandidatePair pair = selected == null ? null : selected.candidatePair();
        if (pair != null && !Objects.equals(pair, announced)) {
            if (announced == null) {
                scheduleRecheck(nowNanos);
            }
            announced = pair;
            out.accept(new IceOutput.PathSelected(pair));
        }
        if (session.isControlling()) {
            ListedPair next = selection.toNominate(list, isTrickling);
            if (next != null && checks.send(next, Check.Purpose.NOMINATION, true, nowNanos)) {
                selection.nominating(next);
            }
        }
        list.park(selection.nominatedTier());
    }

    void close() {
        announced = null;
        recheckNanos = Deadlines.NEVER;
        selection.allLost();
        consent.clear();
    }

    long nextTimeoutNanos() {
        return Deadlines.earlier(
                selection.nextTimeoutNanos(), Deadlines.earlier(recheckNanos, consent.nextTimeoutNanos()));
    }
}
