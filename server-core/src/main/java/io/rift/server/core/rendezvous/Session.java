package io.rift.server.core.rendezvous;

import io.rift.protocol.rendezvous.SessionId;

/** Two peers that exchange candidates. */
final class Session extends Deadlines.Subject {
    /** How far a session has come. */
    enum State {
        /** Messages pass in both directions. */
        OPEN,
        /** The called peer has left or ended it; only the caller's report is still welcome. */
        ENDED
    }

    final SessionId id;
    final Connection caller;
    final Connection callee;
    State state = State.OPEN;
    boolean reported;
    private final long timeoutNanos;
    private long activeNanos;

    Session(SessionId id, Connection caller, Connection callee, RendezvousLimits limits, long nowNanos) {
        this.id = id;
        this.caller = caller;
        this.callee = callee;
        this.timeoutNanos = limits.sessionTimeout().toNanos();
        this.activeNanos = nowNanos;
    }

    Connection other(Connection party) {
        return party == caller ? callee : caller;
    }

    boolean isBetween(Connection party) {
        return party == caller || party == callee;
    }

    void active(long nowNanos) {
        activeNanos = nowNanos;
    }

    @Override
    long dueNanos() {
        return activeNanos + timeoutNanos;
    }
}
