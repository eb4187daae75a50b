package io.rift.server.core.turn;

import java.util.concurrent.TimeUnit;

/**
 * How much of what others do a client is told of: so much in each second, which begins with the first of it. Around the end
 * of one it can be twice as much in less than a second.
 */
final class Allowance {

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long beganNanos;
    private int taken;

    boolean take(int perSecond, long nowNanos) {
        if (taken == 0 || nowNanos - beganNanos >= SECOND_NANOS) {
            beganNanos = nowNanos;
            taken = 0;
        }
        if (taken == perSecond) {
            return false;
        }
        taken++;
        return true;
    }
}
