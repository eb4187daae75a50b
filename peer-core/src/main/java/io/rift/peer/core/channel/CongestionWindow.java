package io.rift.peer.core.channel;

/**
 * How many fragments may be in flight: NewReno as in RFC 9002 section 7, with two departures for the small windows of
 * chat over lossy radio. The window shrinks by CUBIC's factor 0.7 (RFC 9438 section 4.6) and not below 4 packets.
 */
final class CongestionWindow {

    static final int INITIAL_FRAGMENTS = 10;
    static final int MINIMUM_FRAGMENTS = 4;

    private double fragments = INITIAL_FRAGMENTS;
    private double slowStartThreshold = Double.MAX_VALUE;
    private boolean everReduced;
    private long reducedAtNanos;

    int fragments() {
        return (int) fragments;
    }

    /** A fragment that was sent at this time is acknowledged; an application that leaves the window unused earns none. */
    void acknowledged(long sentAtNanos, boolean windowWasUsed) {
        if (!windowWasUsed || inRecovery(sentAtNanos)) {
            return;
        }
        fragments += fragments < slowStartThreshold ? 1 : 1 / fragments;
        fragments = Math.min(fragments, FragmentSender.WINDOW_FRAGMENTS);
    }

    /** A fragment that was sent at this time is lost. The losses of one round trip count once. */
    void lost(long sentAtNanos, long nowNanos) {
        if (inRecovery(sentAtNanos)) {
            return;
        }
        everReduced = true;
        reducedAtNanos = nowNanos;
        fragments = Math.max(fragments * 0.7, MINIMUM_FRAGMENTS);
        slowStartThreshold = fragments;
    }

    /** Several probes in a row went unanswered, or the path is a new one. */
    void restart() {
        slowStartThreshold = Math.max(fragments * 0.7, INITIAL_FRAGMENTS);
        fragments = MINIMUM_FRAGMENTS;
    }

    private boolean inRecovery(long sentAtNanos) {
        return everReduced && sentAtNanos - reducedAtNanos <= 0;
    }
}
