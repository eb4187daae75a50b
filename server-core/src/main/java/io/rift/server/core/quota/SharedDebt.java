package io.rift.server.core.quota;

import java.util.PriorityQueue;

/**
 * The debt of a {@link TokenBucket} that several users {@linkplain TokenBucket#overdraw overdraw}, and whose part of it is
 * whose. Each is repaid as much as every other one that owes something, so that nobody waits for what somebody else has
 * overdrawn. There are as many shares as there are users; a call looks at
 * each that owes something once at most.
 */
public final class SharedDebt {

    /** What one user owes. It belongs to one debt at a time. */
    public static final class Share {
        /** What each has to be repaid until this one owes nothing. Means nothing without a debt. */
        private long paidAt;

        private boolean owing;

        /** Nothing. */
        public Share() {}

        /** Whether this user owed something when the debt was looked at last. */
        public boolean isOwing() {
            return owing;
        }
    }

    private final TokenBucket bucket;
    private final PriorityQueue<Share> owing = new PriorityQueue<>((a, b) -> Long.signum(a.paidAt - b.paidAt));

    /** To each user that owed something at the time; may wrap. */
    private long repaidToEach;

    private long debt;

    /** The debt of this bucket, which nobody else overdraws. */
    public SharedDebt(TokenBucket bucket) {
        this.bucket = bucket;
        debt = bucket.debt();
    }

    /**
     * Takes tokens that are perhaps not there yet.
     *
     * @return in how many nanoseconds this user's part of the debt is paid if nobody takes anything more, 0 if there is
     *     none. Where the bucket has no more room for debts, so that nobody can tell whose part is how large, all of it
     */
    public long overdraw(Share share, int tokens, long nowNanos) {
        settle(nowNanos);
        long allPaidInNanos = bucket.overdraw(tokens, nowNanos);
        long more = bucket.debt() - debt;
        if (more > 0) {
            debt += more;
            // A queue knows the place of what is in it by its old value.
            long owed = owed(share);
            forgive(share);
            share.paidAt = repaidToEach + owed + more;
            share.owing = true;
            owing.add(share);
        }
        return bucket.owesTheMost() ? allPaidInNanos : waitNanos(share);
    }

    /** In how many nanoseconds this user owes nothing more if nobody takes anything more, 0 if it owes nothing. */
    public long waitNanos(Share share, long nowNanos) {
        settle(nowNanos);
        return waitNanos(share);
    }

    private long waitNanos(Share share) {
        if (!share.owing) {
            return 0;
        }
        long owed = owed(share);
        return bucket.repaidInNanos(owed > debt / owing.size() ? debt : owed * owing.size());
    }

    private long owed(Share share) {
        return share.owing ? share.paidAt - repaidToEach : 0;
    }

    /** This user owes nothing from now on; what it has taken stays taken. */
    public void forgive(Share share) {
        if (share.owing) {
            share.owing = false;
            owing.remove(share);
        }
    }

    /** Nobody owes anything. To be called before the shares go to another debt. */
    public void forgiveAll() {
        for (Share share = owing.poll(); share != null; share = owing.poll()) {
            share.owing = false;
        }
    }

    /** Shares out what the bucket has repaid since the last time. */
    private void settle(long nowNanos) {
        bucket.covers(0, nowNanos);
        long repaid = debt - bucket.debt();
        debt = bucket.debt();
        if (debt == 0) {
            forgiveAll();
            return;
        }
        for (Share first = owing.peek(); first != null; first = owing.peek()) {
            long each = repaid / owing.size();
            long owed = first.paidAt - repaidToEach;
            if (owed > each) {
                repaidToEach += each;
                return;
            }
            repaid -= owed * owing.size();
            repaidToEach += owed;
            first.owing = false;
            owing.remove();
        }
    }
}
