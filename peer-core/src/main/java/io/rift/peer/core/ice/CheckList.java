package io.rift.peer.core.ice;

import io.rift.peer.core.path.PathTier;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The candidates of both sides, the pairs made of them, and which pair is checked next: RFC 8445 sections 6.1.2, 6.1.4.2
 * and 7.3.1.4, RFC 8838 section 12.
 */
final class CheckList {

    /** The default limit of RFC 8445 section 6.1.2.5. */
    static final int MAX_PAIRS = 100;

    /** Local candidates beyond these are ignored. */
    static final int MAX_LOCAL_CANDIDATES = 32;

    private record Key(TransportAddress base, TransportAddress remote) {}

    private final Supplier<Role> role;
    private final List<Candidate> locals = new ArrayList<>();
    private final RemoteCandidates remotes = new RemoteCandidates();
    private final RelayPermissions permissions = new RelayPermissions();
    private final Map<Key, ListedPair> pairByKey = new HashMap<>();
    /** By priority, highest first. */
    private final List<ListedPair> pairs = new ArrayList<>();

    private final Deque<ListedPair> triggered = new ArrayDeque<>();
    private @Nullable PathTier parkedFrom;
    private boolean triggeredHadItsTurn;

    CheckList(Supplier<Role> role) {
        this.role = role;
    }

    RelayPermissions permissions() {
        return permissions;
    }

    List<Candidate> locals() {
        return List.copyOf(locals);
    }

    List<Candidate> remotes() {
        return remotes.all();
    }

    /** All pairs, highest priority first. */
    List<ListedPair> pairs() {
        return List.copyOf(pairs);
    }

    /** The valid list of RFC 8445 section 6.1.2.8, highest priority first. */
    List<ListedPair> validPairs() {
        return pairs.stream().filter(ListedPair::isValid).toList();
    }

    @Nullable ListedPair find(TransportAddress base, TransportAddress remote) {
        return pairByKey.get(new Key(base, remote));
    }

    boolean contains(ListedPair pair) {
        return find(pair.base(), pair.remoteAddress()) == pair;
    }

    /** Adds a local candidate and its pairs. False when there is no room. */
    boolean addLocal(Candidate candidate) {
        if (locals.contains(candidate)) {
            return true;
        }
        if (locals.size() >= MAX_LOCAL_CANDIDATES) {
            return false;
        }
        locals.add(candidate);
        for (Candidate remote : remotes.all()) {
            pair(candidate, remote);
        }
        return true;
    }

    /** Removes a local candidate. Pairs that no other candidate of the base can carry are removed and returned. */
    List<ListedPair> removeLocal(Candidate candidate) {
        locals.remove(candidate);
        List<ListedPair> orphans = new ArrayList<>();
        for (ListedPair pair : List.copyOf(pairs)) {
            if (pair.local().equals(candidate)) {
                Candidate other = localAt(pair.base(), pair.remoteAddress().ip().family());
                if (other == null) {
                    remove(pair);
                    orphans.add(pair);
                } else {
                    pair.local(other);
                }
            }
        }
        if (candidate.type() == CandidateType.RELAY) {
            permissions.clear();
        }
        sort();
        return orphans;
    }

    /** The best candidate of a base, which stands for it in a check; {@code null} when the base has none. */
    @Nullable Candidate localAt(TransportAddress base, IpAddress.Family family) {
        return locals.stream()
                .filter(c -> c.base().equals(base) && c.address().ip().family() == family)
                .max(Comparator.comparingLong(Candidate::priority))
                .orElse(null);
    }

    /**
     * RFC 8445 section 7.2.5.3.1: our side of a valid pair is what the peer saw. That is a candidate of ours, or a
     * peer-reflexive one now. What leaves through the relay arrives from the relayed address, by definition.
     */
    Candidate seenAs(ListedPair pair, TransportAddress mapped) {
        if (pair.isViaRelay()) {
            return pair.local();
        }
        for (Candidate candidate : locals) {
            if (candidate.base().equals(pair.base()) && candidate.address().equals(mapped)) {
                return candidate;
            }
        }
        long priority = Candidate.priority(CandidateType.PRFLX, pair.local().localPreference());
        return new Candidate(CandidateType.PRFLX, mapped, pair.base(), priority, "-" + mapped);
    }

    /** Adds a signalled candidate and its pairs. False when it cannot be used or there is no room. */
    boolean addRemote(Candidate candidate) {
        Candidate known = remotes.find(candidate.address());
        if (known != null && known.type() != CandidateType.PRFLX) {
            return true;
        }
        if (!UsableAddresses.isUsable(candidate.address()) || remotes.isFull()) {
            return false;
        }
        remotes.signalled(candidate);
        if (known != null) {
            // RFC 8838 section 11: what was peer-reflexive gets the type and priority that were signalled.
            pairs.stream().filter(pair -> pair.remote().equals(known)).forEach(pair -> pair.remote(candidate));
            sort();
        }
        for (Candidate local : List.copyOf(locals)) {
            pair(local, candidate);
        }
        return true;
    }

    /**
     * The pair of an authentic check, made when it is new.
     *
     * @param priority the PRIORITY of the check
     * @return {@code null} when a table is full
     */
    @Nullable ListedPair pairOf(Candidate local, TransportAddress from, long priority, long nowNanos) {
        Candidate remote = remotes.find(from);
        if (remote == null) {
            if (remotes.isPeerReflexiveFull() && !(remotes.mayReplace(nowNanos) && forgetOnePeerReflexive())) {
                return null;
            }
            remote = remotes.learn(from, priority, nowNanos);
        }
        ListedPair pair = find(local.base(), from);
        if (pair != null) {
            return pair;
        }
        return add(new ListedPair(local, remote), other -> !isBusy(other));
    }

    /** Drops the oldest peer-reflexive candidate that leads nowhere, with its pairs. False when there is none. */
    private boolean forgetOnePeerReflexive() {
        for (Candidate remote : remotes.all()) {
            List<ListedPair> itsPairs = pairs.stream()
                    .filter(pair -> pair.remoteAddress().equals(remote.address()))
                    .toList();
            if (remote.type() == CandidateType.PRFLX && itsPairs.stream().noneMatch(CheckList::isBusy)) {
                itsPairs.forEach(this::remove);
                remotes.forget(remote);
                return true;
            }
        }
        return false;
    }

    private static boolean isBusy(ListedPair pair) {
        return pair.isValid() || pair.state() == PairState.IN_PROGRESS;
    }

    /** RFC 8445 section 6.1.2.2, and pruning (6.1.2.4): one pair for each base and remote address. */
    private void pair(Candidate local, Candidate remote) {
        IpAddress ours = local.address().ip();
        IpAddress theirs = remote.address().ip();
        if (ours.family() != theirs.family()
                || UsableAddresses.isLoopback(ours) != UsableAddresses.isLoopback(theirs)) {
            return;
        }
        ListedPair same = find(local.base(), remote.address());
        ListedPair pair = new ListedPair(local, remote);
        if (same == null) {
            long priority = pair.priority(role.get());
            add(pair, other -> !isBusy(other) && other.priority(role.get()) < priority);
        } else if (local.priority() > same.local().priority()) {
            same.local(local);
            sort();
        }
    }

    private @Nullable ListedPair add(ListedPair pair, Predicate<ListedPair> canGo) {
        if (pairs.size() >= MAX_PAIRS) {
            ListedPair victim =
                    pairs.reversed().stream().filter(canGo).findFirst().orElse(null);
            if (victim == null) {
                return null;
            }
            remove(victim);
        }
        pairs.add(pair);
        pairByKey.put(new Key(pair.base(), pair.remoteAddress()), pair);
        boolean isFrozen = pairs.stream()
                .anyMatch(other -> other.foundation().equals(pair.foundation())
                        && (other.state() == PairState.WAITING || other.state() == PairState.IN_PROGRESS));
        if (isFrozen) {
            pair.freeze();
        } else {
            pair.await();
        }
        if (pair.isViaRelay()) {
            permissions.need(pair.remoteAddress().ip());
        }
        sort();
        return pair;
    }

    private void remove(ListedPair pair) {
        pairs.remove(pair);
        triggered.remove(pair);
        pairByKey.remove(new Key(pair.base(), pair.remoteAddress()));
    }

    /** Priorities changed: of a pair, or of all by a new role. */
    void sort() {
        pairs.sort(Comparator.comparingLong((ListedPair pair) -> pair.priority(role.get()))
                .reversed());
    }

    /** RFC 8445 section 7.3.1.4: the peer just opened its side, so this pair goes first. */
    void trigger(ListedPair pair) {
        pair.await();
        if (!triggered.contains(pair)) {
            triggered.add(pair);
        }
    }

    /** The check of a pair is no longer needed. */
    void untrigger(ListedPair pair) {
        triggered.remove(pair);
    }

    /** RFC 8445 section 7.2.5.3.3: success unfreezes the pairs of the same foundation. */
    void unfreeze(ListedPair succeeded) {
        for (ListedPair pair : pairs) {
            if (pair.state() == PairState.FROZEN && pair.foundation().equals(succeeded.foundation())) {
                pair.await();
            }
        }
    }

    /** Pairs of this tier and worse ones need no checks of ours for now; {@code null}: all need them. */
    void park(@Nullable PathTier tier) {
        parkedFrom = tier;
    }

    private boolean isParked(ListedPair pair) {
        return parkedFrom != null && !pair.tier().isBetterThan(parkedFrom);
    }

    private boolean isPermitted(ListedPair pair) {
        return !pair.isViaRelay()
                || permissions.isInstalled(pair.remoteAddress().ip());
    }

    /** The pair whose turn it is, or {@code null} when none can be checked now. It leaves the triggered-check queue. */
    @Nullable ListedPair pollNext() {
        ListedPair next = next();
        if (next != null) {
            triggeredHadItsTurn = triggered.remove(next);
        }
        return next;
    }

    /** Whether {@link #pollNext} has one. */
    boolean hasNext() {
        return next() != null;
    }

    /**
     * RFC 8445 section 6.1.4.2 takes triggered checks first. Here they take turns with the others: where every check
     * triggers another one, the pair that works would never be checked.
     */
    private @Nullable ListedPair next() {
        ListedPair first = triggeredHadItsTurn ? nextOrdinary() : nextTriggered();
        if (first != null) {
            return first;
        }
        return triggeredHadItsTurn ? nextTriggered() : nextOrdinary();
    }

    private @Nullable ListedPair nextTriggered() {
        return triggered.stream().filter(this::isPermitted).findFirst().orElse(null);
    }

    private @Nullable ListedPair nextOrdinary() {
        ListedPair frozen = null;
        for (ListedPair pair : pairs) {
            if (!isParked(pair) && isPermitted(pair) && !triggered.contains(pair)) {
                if (pair.state() == PairState.WAITING) {
                    return pair;
                }
                if (frozen == null && pair.state() == PairState.FROZEN) {
                    frozen = pair;
                }
            }
        }
        return frozen;
    }

    /** Whether every pair was checked, or cannot be, and failed. Also when there is none. */
    boolean allFailed() {
        return pairs.stream().allMatch(pair -> pair.state() == PairState.FAILED);
    }

    /** Whether a pair of a better tier is still undecided. */
    boolean mayBeat(PathTier tier) {
        return pairs.stream()
                .anyMatch(pair -> pair.state() != PairState.SUCCEEDED
                        && pair.state() != PairState.FAILED
                        && pair.tier().isBetterThan(tier));
    }
}
