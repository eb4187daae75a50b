package io.rift.server.socket;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.rift.server.core.turn.TurnServer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Wakes the core of one shard when it wants to be woken. Belongs to the shard's event loop. */
final class CoreTimer {

    private final EventLoop loop;
    private final TurnServer core;
    private final Runnable afterwards;
    private @Nullable Future<?> armed;
    private long armedNanos;
    private boolean stopped;

    /**
     * A timer that is not armed.
     *
     * @param afterwards what is to be done each time that the core was woken
     */
    CoreTimer(EventLoop loop, TurnServer core, Runnable afterwards) {
        this.loop = loop;
        this.core = core;
        this.afterwards = afterwards;
    }

    /** To be called whenever the core may have changed its mind. */
    void rearm() {
        long nextNanos = core.nextTimeoutNanos();
        if (nextNanos == TurnServer.NO_TIMEOUT || stopped) {
            return;
        }
        if (armed != null) {
            if (nextNanos - armedNanos >= 0) {
                return; // the armed one comes first, and looks again
            }
            armed.cancel(false);
        }
        armedNanos = nextNanos;
        armed = loop.schedule(this::timePassed, Math.max(0, nextNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private void timePassed() {
        armed = null;
        core.handleTimeout(System.nanoTime());
        afterwards.run();
    }

    /** For good. */
    void stop() {
        stopped = true;
        if (armed != null) {
            armed.cancel(false);
        }
    }
}
