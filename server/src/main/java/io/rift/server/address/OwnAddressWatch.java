package io.rift.server.address;

import io.rift.protocol.IpAddress;
import java.util.List;
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
    private final Runnable gained;
    private final ScheduledThreadPoolExecutor thread;
    private int failures;
    private int failuresToTell;

    /** Whether there is a new address that not every event loop has been told of. */
    private boolean untold;

    /**
     * Begins to look.
     *
     * @param gained is run, by whoever looks, when the node has a new address
     */
    public OwnAddressWatch(LiveRelays relays, Runnable gained) {
        this(relays, HostAddresses::detect, gained, INTERVAL_MILLIS);
    }

    OwnAddressWatch(LiveRelays relays, Supplier<HostAddresses> host, Runnable gained, long intervalMillis) {
        this.relays = relays;
        this.host = host;
        this.gained = gained;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("rift-addresses").daemon().factory());
        var _ = thread.scheduleWithFixedDelay(this::look, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
    }

    /** Looks now. From any thread but an event loop, as it may block. */
    public synchronized void look() {
        try {
            List<IpAddress> added = relays.addOwn(host.get().withoutLoopback());
            failures = 0;
            if (!added.isEmpty()) {
                LOG.atInfo().addKeyValue("addresses", added).log("this machine has a new address");
                untold = true;
            }
        } catch (RuntimeException e) { // which would end the schedule; an interface that goes away meanwhile is one
            failures++;
            if (Integer.bitCount(failures) == 1) { // ever more rarely while it lasts
                LOG.atWarn()
                        .addKeyValue("timesInARow", failures)
                        .addKeyValue("reason", e.toString())
                        .log("cannot look for new addresses of this machine");
                LOG.debug("cannot look for new addresses of this machine", e);
            }
        }
        if (untold) {
            tell();
        }
    }

    private void tell() {
        try {
            gained.run();
            told();
        } catch (IllegalStateException e) { // it has its task, and runs it late
            told();
            LOG.atWarn().addKeyValue("reason", e.toString()).log("an event loop is slow to hear of a new address");
        } catch (
                RuntimeException e) { // told again when it is looked for addresses again: no look finds these once more
            failuresToTell++;
            if (Integer.bitCount(failuresToTell) == 1) {
                LOG.atError()
                        .addKeyValue("timesInARow", failuresToTell)
                        .log("an event loop cannot end the connections to a new address of this machine", e);
            }
        }
    }

    private void told() {
        untold = false;
        failuresToTell = 0;
    }

    /** Ends the thread. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
