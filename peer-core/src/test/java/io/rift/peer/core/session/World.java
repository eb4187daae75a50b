package io.rift.peer.core.session;

import io.rift.peer.core.secure.Identity;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/** A few endpoints, the networks between them and one rendezvous, in virtual time and from one seed. */
final class World {

    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1_000 * MILLISECOND;
    static final long WALL_SECONDS = 1_800_000_000L;

    private static final long NETWORK_DELAY = 10 * MILLISECOND;
    private static final long RENDEZVOUS_DELAY = 5 * MILLISECOND;
    private static final long START = 0x7FFF_FFFF_0000_0000L; // the clock runs over its sign after four seconds

    /** Whether the network swallows a datagram. */
    interface Filter {
        boolean drops(TransportAddress from, TransportAddress to, ByteBuffer datagram);
    }

    /** A datagram on its way. */
    record Sent(TransportAddress from, TransportAddress to, ByteBuffer datagram) {}

    private record Event(long atNanos, long order, Runnable action) {}

    final RandomGenerator random;
    final TinyRendezvous rendezvous = new TinyRendezvous(this);
    final List<Sent> sent = new ArrayList<>();
    Filter filter = (from, to, datagram) -> false;
    long nowNanos = START;

    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (x, y) -> x.atNanos == y.atNanos ? Long.compare(x.order, y.order) : Long.signum(x.atNanos - y.atNanos));
    private final Map<TransportAddress, Node> nodeByAddress = new LinkedHashMap<>();
    private final List<Node> nodes = new ArrayList<>();
    private long order;

    World(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A host with one address in each of the networks, and an endpoint on it. */
    Node node(int host, int networks, IceTransportPolicy policy) {
        return node(Identity.generate(random), host, networks, policy);
    }

    Node node(Identity identity, int host, int networks, IceTransportPolicy policy) {
        List<IpAddress> addresses = new ArrayList<>();
        for (int network = 1; network <= networks; network++) {
            addresses.add(IpAddress.parse("10.0." + network + "." + host));
        }
        Node node = new Node(this, identity, addresses, policy);
        addresses.forEach(ip -> nodeByAddress.put(new TransportAddress(ip, Node.PORT), node));
        nodes.add(node);
        return node;
    }

    /** The host is gone from one moment to the next. */
    void kill(Node node) {
        nodes.remove(node);
        nodeByAddress.values().removeIf(other -> other == node);
        rendezvous.disconnect(node);
    }

    void transmit(Node from, TransportAddress to, ByteBuffer datagram) {
        TransportAddress source = new TransportAddress(from.addressTowards(to.ip()), Node.PORT);
        Sent packet = new Sent(source, to, datagram.slice().asReadOnlyBuffer());
        sent.add(packet);
        if (filter.drops(source, to, packet.datagram)) {
            return;
        }
        at(nowNanos + NETWORK_DELAY, () -> {
            Node receiver = nodeByAddress.get(to);
            if (receiver != null) {
                byte[] copy = new byte[packet.datagram.remaining()];
                packet.datagram.duplicate().get(copy);
                receiver.datagram(source, ByteBuffer.wrap(copy));
            }
        });
    }

    void deliver(Node node, FromServer message) {
        at(nowNanos + RENDEZVOUS_DELAY, () -> node.rendezvousMessage(message));
    }

    void later(Runnable action) {
        at(nowNanos + RENDEZVOUS_DELAY, action);
    }

    private void at(long atNanos, Runnable action) {
        events.add(new Event(atNanos, order++, action));
    }

    /** Lets time pass until the condition holds; false if it still does not after so long. */
    boolean runUntil(BooleanSupplier condition, Duration atMost) {
        long end = nowNanos + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            long next = nextNanos();
            if (next == Endpoint.NEVER || next - end > 0) {
                nowNanos = end;
                return false;
            }
            if (next - nowNanos > 0) {
                nowNanos = next;
            }
            Event event = events.peek();
            if (event != null && event.atNanos - nowNanos <= 0) {
                events.remove().action.run();
            }
            List.copyOf(nodes).forEach(Node::timeout);
        }
        return true;
    }

    void run(Duration time) {
        runUntil(() -> false, time);
    }

    private long nextNanos() {
        Event event = events.peek();
        long next = event == null ? Endpoint.NEVER : event.atNanos;
        for (Node node : nodes) {
            long ofNode = node.endpoint.nextTimeoutNanos();
            if (next == Endpoint.NEVER || (ofNode != Endpoint.NEVER && ofNode - next < 0)) {
                next = ofNode;
            }
        }
        return next;
    }
}
