package io.rift.peer.core.ice;

import io.rift.peer.core.path.RoundTripTime;
import io.rift.peer.core.time.Deadlines;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Consent freshness, RFC 7675, of every pair that is kept: a check every 5 s or so, which also keeps NAT mappings and
 * permissions alive. One that is not answered within a round trip is followed at once by others, so that a dead path is
 * left after about 2 s and not after 30.
 */
final class Consent {

    /** How many unanswered checks in a row are followed at once. RFC 7675 itself would wait 4 s between any two. */
    private static final int HASTY_CHECKS = 4;

    private final long intervalNanos;
    private final long expiryNanos;
    private final long rtoNanos;
    private final RandomGenerator random;
    private final Deadlines<ListedPair> deadlines = new Deadlines<>();

    Consent(IceConfig config, RandomGenerator random) {
        this.intervalNanos = config.consentInterval().toNanos();
        this.expiryNanos = config.consentExpiry().toNanos();
        this.rtoNanos = config.initialRto().toNanos();
        this.random = random;
    }

    /** An answer came: consent is fresh. */
    void answered(ListedPair pair, long nowNanos) {
        pair.answered(nowNanos);
        deadlines.set(pair, nowNanos + randomInterval());
    }

    /** The pair should be asked right now: something happened to its path. */
    void hurry(ListedPair pair, long nowNanos) {
        deadlines.set(pair, nowNanos);
    }

    void forget(ListedPair pair) {
        deadlines.cancel(pair);
    }

    void clear() {
        deadlines.clear();
    }

    /** The next pair to ask, or to give up if {@link #hasExpired}; {@code null} when none is due. */
    @Nullable ListedPair pollDue(long nowNanos) {
        return deadlines.pollDue(nowNanos);
    }

    boolean hasExpired(ListedPair pair, long nowNanos) {
        return nowNanos - pair.answeredNanos() >= expiryNanos;
    }

    /** A check was sent. */
    void asked(ListedPair pair, long nowNanos) {
        pair.asked();
        long roundTrip = pair.roundTripTime().smoothedNanos();
        long hasty = roundTrip == RoundTripTime.UNKNOWN ? rtoNanos : Math.max(rtoNanos, 2 * roundTrip);
        long next = nowNanos + (pair.unanswered() <= HASTY_CHECKS ? hasty : randomInterval());
        deadlines.set(pair, Deadlines.earlier(next, pair.answeredNanos() + expiryNanos));
    }

    // RFC 7675 section 5.1: each interval is drawn between 0.8 and 1.2 times the basic one
    private long randomInterval() {
        return random.nextLong(intervalNanos / 5 * 4, intervalNanos / 5 * 6 + 1);
    }

    long nextTimeoutNanos() {
        return deadlines.nextNanos();
    }
}
