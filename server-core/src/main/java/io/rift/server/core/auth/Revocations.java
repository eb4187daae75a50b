package io.rift.server.core.auth;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Users whose credentials an operator refuses although they are right: by user name, or for time-limited users also by
 * the name behind the expiry, which stands for every credential of that name. Each entry ends by itself. Immutable and
 * safe to share.
 */
public final class Revocations {

    /** The most entries. */
    public static final int MAX_ENTRIES = 10_000;

    private static final Revocations NONE = new Revocations(new TreeMap<>());

    private final SortedMap<String, Long> untilSecondsByName;

    private Revocations(SortedMap<String, Long> untilSecondsByName) {
        this.untilSecondsByName = untilSecondsByName;
    }

    /** Nobody. */
    public static Revocations none() {
        return NONE;
    }

    /**
     * These and one more, without those that have ended.
     *
     * @param name user name, or the name behind the expiry
     * @param untilSeconds Unix time from which on the name is good again
     * @param wallSeconds Unix time of now
     * @throws IllegalStateException if there are {@link #MAX_ENTRIES} others
     */
    public Revocations with(String name, long untilSeconds, long wallSeconds) {
        SortedMap<String, Long> changed = new TreeMap<>(withoutEnded(wallSeconds).untilSecondsByName);
        changed.put(name, untilSeconds);
        if (changed.size() > MAX_ENTRIES) {
            throw new IllegalStateException("there are " + MAX_ENTRIES + " revocations already");
        }
        return new Revocations(changed);
    }

    /** These but for those that have ended. */
    public Revocations withoutEnded(long wallSeconds) {
        if (untilSecondsByName.values().stream().noneMatch(until -> until <= wallSeconds)) {
            return this;
        }
        SortedMap<String, Long> changed = new TreeMap<>(untilSecondsByName);
        changed.values().removeIf(until -> until <= wallSeconds);
        return new Revocations(changed);
    }

    /** These but for one. */
    public Revocations without(String name) {
        SortedMap<String, Long> changed = new TreeMap<>(untilSecondsByName);
        changed.remove(name);
        return new Revocations(changed);
    }

    /** Whether this user's credential is refused now. */
    public boolean cover(User user, long wallSeconds) {
        return !untilSecondsByName.isEmpty() && (cover(user.name(), wallSeconds) || cover(user.account(), wallSeconds));
    }

    private boolean cover(String name, long wallSeconds) {
        Long until = untilSecondsByName.get(name);
        return until != null && wallSeconds < until;
    }

    /** When each name is good again, in Unix time. */
    public SortedMap<String, Long> untilSecondsByName() {
        return Collections.unmodifiableSortedMap(untilSecondsByName);
    }
}
