package io.rift.server.core.quota;

/**
 * A token bucket that counts its credit in billionths of a token, so that it needs neither a timer nor a fraction. Time
 * is monotonic, in nanoseconds, and may wrap. Taking costs a multiplication and a few additions, and makes no object.
 *
 * <p>Whoever can wait may {@linkplain #overdraw overdraw} it. That makes a debt beside the credit, and each gets half of
 * what the bucket gains: else those that wait would leave nothing to those that cannot.
 */
public final class TokenBucket {
    private static final long PER_TOKEN = 1_000_000_000L;

    /** 200 million tokens: with the largest burst it still fits into a long. */
    private static final long MAX_DEBT = 200_000_000L * PER_TOKEN;

    private long tokensPerSecond;
    private long capacity;
    private long fillNanos;
    private long credit;

    /** What was overdrawn, at most {@link #MAX_DEBT}. */
    private long debt;

    /** Says nothing while the bucket is full, so that a new one needs to know no time. */
    private long updatedNanos;

    /**
     * A full bucket.
     *
     * @param limit is no {@link RateLimit#UNLIMITED}
     */
    public TokenBucket(RateLimit limit) {
        this(limit.burst(), limit.perSecond());
    }

    /**
     * A full bucket.
     *
     * @param capacity tokens that it holds, at most {@link RateLimit#MAX_BURST}
     * @param tokensPerSecond what it gains
     * @throws IllegalArgumentException if either is out of its range
     */
    public TokenBucket(long capacity, long tokensPerSecond) {
        shape(capacity, tokensPerSecond);
        credit = this.capacity;
    }

    private void shape(long tokens, long perSecond) {
        if (tokens < 1 || tokens > RateLimit.MAX_BURST || perSecond < 1) {
            throw new IllegalArgumentException("a bucket of " + tokens + " tokens that gains " + perSecond);
        }
        tokensPerSecond = perSecond;
        capacity = tokens * PER_TOKEN;
        fillNanos = (capacity - 1) / perSecond + 1;
    }

    /** Takes all {@code tokens} or none. */
    public boolean take(int tokens, long nowNanos) {
        if (!covers(tokens, nowNanos)) {
            return false;
        }
        spend(tokens);
        return true;
    }

    /** Whether so many tokens could be taken now. */
    public boolean covers(int tokens, long nowNanos) {
        long elapsedNanos = Math.max(0, nowNanos - updatedNanos);
        updatedNanos = nowNanos;
        if (debt > 0) {
            repay(elapsedNanos);
            return tokens * PER_TOKEN <= credit;
        }
        // Within fillNanos the product is below the capacity; a pause of years does not overflow it.
        long gained = elapsedNanos >= fillNanos ? capacity : elapsedNanos * tokensPerSecond;
        credit = gained >= capacity - credit ? capacity : credit + gained;
        return tokens * PER_TOKEN <= credit;
    }

    /** Shares what was gained between debt and credit; what one has no use for is the other's. */
    private void repay(long elapsedNanos) {
        long room = capacity - credit;
        if (elapsedNanos > (room + debt - 1) / tokensPerSecond) {
            credit = capacity;
            debt = 0;
            return;
        }
        long gained = elapsedNanos * tokensPerSecond;
        long repaid = Math.min(debt, Math.max(gained / 2, gained - room));
        debt -= repaid;
        credit += gained - repaid;
    }

    /** Takes tokens that are {@link #covers covered}. */
    public void spend(int tokens) {
        credit -= tokens * PER_TOKEN;
    }

    /**
     * Takes tokens that are perhaps not there yet, as one does for what has happened already. Half of the capacity is left
     * to those that {@link #take}.
     *
     * @return in how many nanoseconds the debt is paid if nothing more is taken, 0 if there is none
     */
    public long overdraw(int tokens, long nowNanos) {
        covers(tokens, nowNanos);
        long taken = tokens * PER_TOKEN;
        long present = debt > 0 ? 0 : Math.clamp(credit - capacity / 2, 0, taken);
        credit -= present;
        debt = Math.min(debt + taken - present, MAX_DEBT);
        return repaidInNanos(debt);
    }

    /** What was overdrawn and is not paid yet, in billionths of a token. */
    long debt() {
        return debt;
    }

    /** Whether it was overdrawn so far that what is overdrawn further is not counted. */
    boolean owesTheMost() {
        return debt == MAX_DEBT;
    }

    /** In how many nanoseconds so much of the debt is paid if nothing more is taken. */
    long repaidInNanos(long part) {
        // Half of the gain, until the credit is full, and then all of it.
        return part == 0 ? 0 : (Math.min(2 * part, part + capacity - credit) - 1) / tokensPerSecond + 1;
    }

    /** Whether nothing was taken since it was full last; time that passed since the last question is not counted. */
    public boolean isFull() {
        return credit == capacity && debt == 0;
    }

    /** When it will be, or was, full again, if nothing more is taken. Means nothing while it {@link #isFull}. */
    public long fullAtNanos() {
        return updatedNanos + (capacity - credit + debt - 1) / tokensPerSecond + 1;
    }

    /** Gives the bucket another size and rate. What was taken before stays taken. */
    public void changeTo(RateLimit limit, long nowNanos) {
        covers(0, nowNanos);
        long taken = capacity - credit;
        shape(limit.burst(), limit.perSecond());
        credit = Math.max(0, capacity - taken);
    }
}
