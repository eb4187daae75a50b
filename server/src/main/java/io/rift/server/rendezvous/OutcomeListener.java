package io.rift.server.rendezvous;

import io.rift.server.core.rendezvous.Outcome;

/** Hears how introductions ended. Called on the rendezvous' thread; must not block. */
@FunctionalInterface
public interface OutcomeListener {
    /** A peer reported this. */
    void reported(Outcome outcome);
}
