package io.rift.simulation.network;

import java.util.random.RandomGenerator;

/** One direction of a {@link Link}. */
final class Line {
    private final String name;
    private final VirtualTime time;
    private final Trace trace;
    private final RandomGenerator random;
    private Link link;
    private long lastArrivalNanos;

    Line(String name, Link link, VirtualTime time, Trace trace, RandomGenerator random) {
        this.name = name;
        this.link = link;
        this.time = time;
        this.trace = trace;
        this.random = random;
        this.lastArrivalNanos = time.nowNanos();
    }

    void setLink(Link link) {
        this.link = link;
    }

    void carry(Datagram datagram, Realm.Receiver receiver) {
        if (datagram.payloadBytes() > Datagram.MAX_PAYLOAD_BYTES) {
            trace.add(name, Fate.TOO_BIG, datagram);
            return;
        }
        if (happens(link.lossRatio())) {
            trace.add(name, Fate.LOST, datagram);
            return;
        }
        deliver(datagram, receiver);
        if (happens(link.duplicationRatio())) {
            trace.add(name, Fate.DUPLICATED, datagram);
            deliver(datagram, receiver);
        }
    }

    private void deliver(Datagram datagram, Realm.Receiver receiver) {
        long onTheLineNanos = link.delayNanos() + (link.jitterNanos() == 0 ? 0 : random.nextLong(link.jitterNanos()));
        if (happens(link.reorderingRatio())) {
            trace.add(name, Fate.OVERTAKEN, datagram);
            long heldBackNanos = Link.OVERTAKEN_BY * (link.delayNanos() + link.jitterNanos());
            time.after(onTheLineNanos + heldBackNanos, () -> receiver.receive(datagram));
            return;
        }
        long arrivalNanos = time.nowNanos() + onTheLineNanos;
        if (arrivalNanos - lastArrivalNanos < 0) {
            arrivalNanos = lastArrivalNanos;
        }
        lastArrivalNanos = arrivalNanos;
        time.at(arrivalNanos, () -> receiver.receive(datagram));
    }

    /** Draws nothing when there is nothing to decide, so that a clean line leaves the random sequence alone. */
    private boolean happens(double ratio) {
        return ratio > 0 && random.nextDouble() < ratio;
    }
}
