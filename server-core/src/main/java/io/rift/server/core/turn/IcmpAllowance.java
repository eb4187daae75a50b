package io.rift.server.core.turn;

import java.util.concurrent.TimeUnit;

/** How many ICMP errors a client is told of: so many in each second, which begins with the first of them. */
final class IcmpAllowance {

    /** Enough for a client that tries many dead candidates at once; too few to load it. */
    static final int PER_SECOND = 20;

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long beganNanos;
    private int taken;

    boolean take(long nowNanos) {
        if (taken == 0 || nowNanos - beganNanos >= SECOND_NANOS) {
            beganNanos = nowNanos;
            taken = 0;
        }
        if (taken == PER_SECOND) {
            return false;
        }
        taken++;
        return true;
    }
}
