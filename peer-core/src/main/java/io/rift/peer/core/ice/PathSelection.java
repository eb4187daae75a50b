package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathTier;
import io.rift.peer.core.time.Deadlines;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which valid pair carries data, and which one the controlling agent nominates.
 *
 * <p>Data uses the nominated pair while it answers, else the best one that does. The controlling agent nominates the best
 * valid pair as soon as none better can come, or a short while after the first; later it nominates again whenever a pair
 * turns up that is worth leaving the nominated one for, or the nominated one goes silent.
 */
final class PathSelection {
    private final IceSession session;
    private final long nominationDelayNanos;
    private boolean hasWaited;
    private long waitedNanos = Deadlines.NEVER;
    private @Nullable ListedPair nominated;
    private @Nullable ListedPair nominating;

    PathSelection(IceConfig config, IceSession session) {
        this.session = session;
        this.nominationDelayNanos = config.nominationDelay().toNanos();
    }

    /** A pair became valid: the wait for better ones begins with the first. */
    void validated(long nowNanos) {
        if (!hasWaited && waitedNanos == Deadlines.NEVER) {
            waitedNanos = nowNanos + nominationDelayNanos;
        }
    }

    void handleTimeout(long nowNanos) {
        if (Deadlines.isDue(waitedNanos, nowNanos)) {
            waitedNanos = Deadlines.NEVER;
            hasWaited = true;
        }
    }

    long nextTimeoutNanos() {
        return waitedNanos;
    }

    boolean isNominated(ListedPair pair) {
        return pair == nominated;
    }

    /** The tier of the nominated pair while that is in good health, else {@code null}. */
    @Nullable PathTier nominatedTier() {
        return nominated != null && isHealthy(nominated) ? nominated.tier() : null;
    }

    /** A nomination came through, at either end. */
    void nominated(ListedPair pair) {
        nominated = pair;
        nominating = null;
    }

    /** A check with USE-CANDIDATE is under way. */
    void nominating(ListedPair pair) {
        nominating = pair;
    }

    /** A pair is no longer valid, or its nomination failed. */
    void lost(ListedPair pair) {
        if (nominated == pair) {
            nominated = null;
        }
        if (nominating == pair) {
            nominating = null;
        }
    }

    /** No pair is valid any more: the next one is waited on as the first was. */
    void allLost() {
        hasWaited = false;
        waitedNanos = Deadlines.NEVER;
    }

    /** Who nominates has changed, so nothing is nominated. */
    void roleSwitched() {
        nominated = null;
        nominating = null;
    }

    /** The pair for data, or {@code null} when none is valid. */
    @Nullable ListedPair selected(List<ListedPair> valid) {
        if (nominated != null && isHealthy(nominated)) {
            return nominated;
        }
        ListedPair healthy =
                best(valid.stream().filter(PathSelection::isHealthy).toList());
        if (healthy != null) {
            return healthy;
        }
        return nominated != null && nominated.isValid() ? nominated : best(valid);
    }

    /** The pair to nominate now, or {@code null}. Only for the controlling agent. */
    @Nullable ListedPair toNominate(CheckList list, boolean isTrickling) {
        List<ListedPair> healthy =
                list.validPairs().stream().filter(PathSelection::isHealthy).toList();
        ListedPair best = best(healthy);
        if (best == null || nominating != null) {
            return null;
        }
        ListedPair current = nominated;
        if (current == null) {
            boolean mayBeBeaten = isTrickling ? best.tier() != PathTier.HOST : list.mayBeat(best.tier());
            return hasWaited || !mayBeBeaten ? best : null;
        }
        if (!isHealthy(current)) {
            return best;
        }
        List<ListedPair> better = healthy.stream()
                .filter(pair -> pair.preference(session.role()).isWorthLeaving(current.preference(session.role())))
                .toList();
        return best(better);
    }

    private @Nullable ListedPair best(List<ListedPair> pairs) {
        return pairs.stream()
                .min(Comparator.comparing(pair -> pair.preference(session.role())))
                .orElse(null);
    }

    private static boolean isHealthy(ListedPair pair) {
        return pair.isValid() && !pair.isSuspect();
    }
}
