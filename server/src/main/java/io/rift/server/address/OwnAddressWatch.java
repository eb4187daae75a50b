package io.rift.server.address;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every minute, on a thread of its own, for addresses that the machine has gained since the start: a temporary one
 * of IPv6, or one that fails over to it. Nothing listens there, but through them the relay would lead to the other
 * services of this machine if they did not count as the node's own.
 */
public final class OwnAddressWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OwnAddressWatch.class);
    private static final long INTERVAL_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private final LiveRelays relays;
    private final Supplier<HostAddresses> host;
    private final ScheduledThreadPoolExecutor thread;

    /** Begins to look. */
    public OwnAddressWatch(LiveRelays relays) {
        this(relays, HostAddresses::detect, INTERVAL_MILLIS);
    }

    OwnAddressWatch(LiveRelays relays, Supplier<HostAddresses> host, long intervalMillis) {
        this.relays = relays;
        this.host = host;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("rift-addresses").daemon().factory());
        var _ = thread.scheduleWithFixedDelay(this::look, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
    }

    /** Looks now. From any thread but an event loop, as it may block. */
    public void look() {
        try {
            relays.addOwn(host.get().withoutLoopback());
        } catch (RuntimeException e) { // which would end the schedule; an interface that goes away meanwhile is one
            LOG.warn("cannot look for new addresses of this machine", e);
        }
    }

    /** Ends the thread. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
