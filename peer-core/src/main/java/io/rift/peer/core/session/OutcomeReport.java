package io.rift.peer.core.session;

import io.rift.peer.core.time.Deadlines;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import org.jspecify.annotations.Nullable;

/** What the calling side tells the server of how its attempt ended: once, while there is a session to tell it in. */
final class OutcomeReport {
    private final Environment environment;
    private boolean sent;
    private long dueAtNanos = Deadlines.NEVER;

    OutcomeReport(Environment environment) {
        this.environment = environment;
    }

    /** A connection stands: so long a better path may be looked for. */
    void waitForABetterPath(long nowNanos) {
        dueAtNanos = nowNanos + EndpointLimits.REPORT_DELAY.toNanos();
    }

    /** Whether the wait is over. It is, only once. */
    boolean comesDue(long nowNanos) {
        boolean due = Deadlines.isDue(dueAtNanos, nowNanos);
        if (due) {
            dueAtNanos = Deadlines.NEVER;
        }
        return due;
    }

    long nextTimeoutNanos() {
        return dueAtNanos;
    }

    /**
     * Reports, if it is ours to report.
     *
     * @param tookNanos from the wish to the connection, or to its failure
     */
    void send(@Nullable Attempt attempt, ConnectionPath outcome, long tookNanos) {
        if (sent || attempt == null || !attempt.isCaller() || !attempt.isSignalling()) {
            return;
        }
        sent = true;
        dueAtNanos = Deadlines.NEVER;
        int millis = (int) Math.min(tookNanos / 1_000_000, RendezvousProtocol.MAX_REPORT_MILLIS);
        environment
                .outbox()
                .signal(new RendezvousMessage.Report(
                        attempt.session(),
                        outcome,
                        environment.transport().natKind(),
                        attempt.remoteNatKind(),
                        millis));
    }
}
