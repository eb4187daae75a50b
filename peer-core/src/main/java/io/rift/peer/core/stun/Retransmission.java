package io.rift.peer.core.stun;

import java.time.Duration;

/**
 * RFC 8489 section 6.2.1: when a request is sent again, and when it is given up.
 *
 * @param rtoNanos time from the first request to the second; it doubles for each further one
 * @param requestCount Rc, how often the request is sent in all
 * @param lastWait Rm, how many times the first RTO the last request is waited for
 */
public record Retransmission(long rtoNanos, int requestCount, int lastWait) {

    /** The default of the RFC: requests after 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s, given up after 39.5 s. */
    public static final Retransmission RFC_8489 =
            new Retransmission(Duration.ofMillis(500).toNanos(), 7, 16);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive, or there are more requests than make sense
     */
    public Retransmission {
        if (rtoNanos <= 0 || requestCount < 1 || requestCount > 16 || lastWait < 1) {
            throw new IllegalArgumentException("RTO " + rtoNanos + ", Rc " + requestCount + ", Rm " + lastWait);
        }
    }

    /** How long to wait after the n-th request, n from 1. */
    long waitNanos(int requestsSent) {
        return requestsSent < requestCount ? rtoNanos << (requestsSent - 1) : rtoNanos * lastWait;
    }
}
