package io.rift.simulation.network;

import io.rift.protocol.IpAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** An address realm: within it an address names one node, outside it means nothing or somebody else. */
public final class Realm {
    private final String name;
    private final VirtualTime time;
    private final Trace trace;
    private final RandomGenerator random;
    private final Map<IpAddress, Attachment> attachmentByAddress = new LinkedHashMap<>();
    private @Nullable Attachment gateway;
    private Attacker attacker = List::of;

    Realm(String name, VirtualTime time, Trace trace, RandomGenerator random) {
        this.name = name;
        this.time = time;
        this.trace = trace;
        this.random = random;
    }

    /** The name that a trace shows. */
    public String name() {
        return name;
    }

    Attachment attach(String node, IpAddress address, Link link, Receiver receiver) {
        Attachment attachment = new Attachment(node, address, link, receiver);
        if (attachmentByAddress.putIfAbsent(address, attachment) != null) {
            throw new IllegalArgumentException(address + " is taken in realm " + name);
        }
        return attachment;
    }

    /** Attaches the inner side of a NAT, which has no address here: nobody talks to the router itself. */
    Attachment attachGateway(String node, Link link, Receiver receiver) {
        if (gateway != null) {
            throw new IllegalArgumentException("realm " + name + " has a gateway");
        }
        Attachment attachment = new Attachment(node, null, link, receiver);
        gateway = attachment;
        return attachment;
    }

    /** Puts somebody into the middle of this realm who sees, and may replace, everything that crosses it. */
    public void attackBy(Attacker attacker) {
        this.attacker = attacker;
    }

    /** Somebody on the path. */
    @FunctionalInterface
    public interface Attacker {
        /** What goes on in place of this datagram: nothing, itself, something else, or more. */
        List<Datagram> seize(Datagram datagram);
    }

    private void cross(Attachment from, Datagram datagram) {
        List<Datagram> onwards = attacker.seize(datagram);
        if (!onwards.equals(List.of(datagram))) {
            trace.add(name, Fate.TAMPERED, datagram);
        }
        for (Datagram next : onwards) {
            route(from, next);
        }
    }

    private void route(Attachment from, Datagram datagram) {
        Attachment to = attachmentByAddress.get(datagram.destination().ip());
        if (to == null) {
            to = gateway;
        }
        if (to == null || to == from) {
            trace.add(name, Fate.NO_ROUTE, datagram);
            return;
        }
        to.down.carry(datagram, to.receiver);
    }

    /** Takes what arrives at the end of a line. */
    interface Receiver {
        void receive(Datagram datagram);
    }

    /** One node's end in this realm. */
    final class Attachment {
        private final @Nullable IpAddress address;
        private final Receiver receiver;
        private final Line up;
        private final Line down;

        private Attachment(String node, @Nullable IpAddress address, Link link, Receiver receiver) {
            this.address = address;
            this.receiver = receiver;
            this.up = new Line(node + " up", link, time, trace, random);
            this.down = new Line(node + " down", link, time, trace, random);
        }

        void send(Datagram datagram) {
            up.carry(datagram, sent -> cross(this, sent));
        }

        void setLink(Link link) {
            up.setLink(link);
            down.setLink(link);
        }

        /** From now on nothing is delivered here; the address is free again. */
        void detach() {
            if (address != null) {
                attachmentByAddress.remove(address, this);
            }
        }
    }
}
