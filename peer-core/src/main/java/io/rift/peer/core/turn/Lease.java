package io.rift.peer.core.turn;

import io.rift.peer.core.time.Deadlines;

/** Something the server grants for a time: a permission or a channel binding. Renewed only while it is used. */
abstract class Lease {
    private long grantedNanos;
    private long expiresNanos = Deadlines.NEVER;
    private long usedNanos;
    private boolean granted;

    /** The server said yes. */
    void grant(long nowNanos, long lifetimeNanos) {
        granted = true;
        grantedNanos = nowNanos;
        expiresNanos = nowNanos + lifetimeNanos;
        usedNanos = nowNanos;
    }

    /** Whether it holds. */
    boolean isActive(long nowNanos) {
        return granted && !Deadlines.isDue(expiresNanos, nowNanos);
    }

    /** Whether it was granted and is now over. */
    boolean hasExpired(long nowNanos) {
        return granted && Deadlines.isDue(expiresNanos, nowNanos);
    }

    /** Something went through it. */
    void use(long nowNanos) {
        usedNanos = nowNanos;
    }

    boolean isUsedSinceGranted() {
        return usedNanos - grantedNanos > 0;
    }

    long expiresNanos() {
        return expiresNanos;
    }
}
