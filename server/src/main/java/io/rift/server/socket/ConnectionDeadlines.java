package io.rift.server.socket;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Ends a client that says nothing, or has no allocation for too long, and keeps it among those that wait until then. */
final class ConnectionDeadlines {

    private final ConnectedClient client;
    private final Connections connections;
    private final EventLoop loop;
    private @Nullable Future<?> next;
    private long waitingSinceNanos;
    private boolean hasSpoken;

    ConnectionDeadlines(ConnectedClient client, Connections connections, EventLoop loop) {
        this.client = client;
        this.connections = connections;
        this.loop = loop;
    }

    void start() {
        waits();
        checkIn(connections.bounds().messageTimeout().toNanos());
    }

    /** A whole message came, and was handled. */
    void spoke() {
        hasSpoken = true;
        if (connections.isWaiting(client) && client.hasAllocation()) {
            connections.waitsNoMore(client);
        }
    }

    void cancel() {
        if (next != null) {
            next.cancel(false);
        }
    }

    private void checkIn(long laterNanos) {
        next = loop.schedule(this::check, laterNanos, TimeUnit.NANOSECONDS);
    }

    private void check() {
        long allowedNanos = connections.bounds().allocationTimeout().toNanos();
        long leftNanos = allowedNanos - (System.nanoTime() - waitingSinceNanos);
        if (!hasSpoken) {
            client.end(ConnectionEnd.NO_MESSAGE);
        } else if (client.hasAllocation()) {
            checkIn(allowedNanos);
        } else if (!connections.isWaiting(client)) {
            waits();
            checkIn(allowedNanos);
        } else if (leftNanos > 0) {
            checkIn(leftNanos);
        } else {
            client.end(ConnectionEnd.NO_ALLOCATION);
        }
    }

    private void waits() {
        waitingSinceNanos = System.nanoTime();
        connections.waits(client);
    }
}
