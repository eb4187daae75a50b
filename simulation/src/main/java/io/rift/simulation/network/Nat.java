package io.rift.simulation.network;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A NAT with one external address and the behaviour of a {@link NatBehavior}.
 *
 * <p>Mappings end lazily: one that is past its time is as good as gone, and its port is taken by the next who draws it.
 */
public final class Nat {
    private static final int FIRST_PORT = 1_024;
    private static final int LAST_PORT = 65_535;
    private static final int PORTS = LAST_PORT - FIRST_PORT + 1;

    private final String name;
    private final NatBehavior behavior;
    private final IpAddress externalAddress;
    private final VirtualTime time;
    private final Trace trace;
    private final RandomGenerator random;
    private final long timeoutNanos;
    private final Realm.Attachment inside;
    private final Realm.Attachment outside;
    private final Map<MappingKey, Mapping> mappingByKey = new HashMap<>();
    private final Map<Integer, Mapping> mappingByExternalPort = new HashMap<>();
    private int nextSequentialPort;

    Nat(
            String name,
            NatBehavior behavior,
            Realm inner,
            Realm outer,
            IpAddress externalAddress,
            Link link,
            VirtualTime time,
            Trace trace,
            RandomGenerator random) {
        this.name = name;
        this.behavior = behavior;
        this.externalAddress = externalAddress;
        this.time = time;
        this.trace = trace;
        this.random = random;
        this.timeoutNanos = behavior.mappingTimeout().toNanos();
        this.nextSequentialPort = FIRST_PORT + random.nextInt(PORTS);
        this.inside = inner.attachGateway(name + " inside", Link.of(Duration.ZERO), this::fromInside);
        this.outside = outer.attach(name, externalAddress, link, this::fromOutside);
    }

    /** The address that the outer realm sees. */
    public IpAddress externalAddress() {
        return externalAddress;
    }

    /** Forgets every mapping, as a router does that loses power. */
    public void reboot() {
        mappingByKey.clear();
        mappingByExternalPort.clear();
    }

    /** Replaces the line to the outer realm. */
    public void setLink(Link link) {
        outside.setLink(link);
    }

    private void fromInside(Datagram datagram) {
        boolean toMyself = datagram.destination().ip().equals(externalAddress);
        if (toMyself && !behavior.hairpinning()) {
            trace.add(name, Fate.FILTERED, datagram);
            return;
        }
        Mapping mapping = mappingFor(datagram);
        if (mapping == null) {
            trace.add(name, Fate.NO_PORT, datagram);
            return;
        }
        mapping.use(datagram.destination());
        Datagram mapped = datagram.withSource(new TransportAddress(externalAddress, mapping.externalPort));
        if (toMyself) {
            // RFC 4787 section 6: the receiver sees the external address of the sender ("External source IP address
            // and port"), and the filter applies as it does to anybody outside.
            trace.add(name, Fate.HAIRPINNED, mapped);
            fromOutside(mapped);
            return;
        }
        trace.add(name, Fate.MAPPED, mapped);
        outside.send(mapped);
    }

    private void fromOutside(Datagram datagram) {
        Mapping mapping = mappingByExternalPort.get(datagram.destination().port());
        if (mapping == null || mapping.isOver()) {
            trace.add(name, Fate.NO_MAPPING, datagram);
            return;
        }
        if (!mapping.filter.admits(datagram.source(), time.nowNanos())) {
            trace.add(name, Fate.FILTERED, datagram);
            return;
        }
        if (behavior.inboundRefresh()) {
            mapping.use(datagram.source());
        }
        Datagram unmapped = datagram.withDestination(mapping.internal);
        trace.add(name, Fate.UNMAPPED, unmapped);
        inside.send(unmapped);
    }

    private @Nullable Mapping mappingFor(Datagram datagram) {
        MappingKey key = keyOf(datagram);
        Mapping mapping = mappingByKey.get(key);
        if (mapping != null && !mapping.isOver()) {
            return mapping;
        }
        int port = freePort(datagram.source().port());
        if (port < 0) {
            return null;
        }
        if (mapping != null) {
            mappingByExternalPort.remove(mapping.externalPort, mapping);
        }
        Mapping created = new Mapping(datagram.source(), port);
        mappingByKey.put(key, created);
        mappingByExternalPort.put(port, created);
        return created;
    }

    private MappingKey keyOf(Datagram datagram) {
        TransportAddress remote = datagram.destination();
        return switch (behavior.mapping()) {
            case ENDPOINT_INDEPENDENT -> new MappingKey(datagram.source(), null, 0);
            case ADDRESS_DEPENDENT -> new MappingKey(datagram.source(), remote.ip(), 0);
            case ADDRESS_AND_PORT_DEPENDENT -> new MappingKey(datagram.source(), remote.ip(), remote.port());
        };
    }

    private int freePort(int internalPort) {
        int candidate = switch (behavior.ports()) {
            case PRESERVING -> Math.max(internalPort, FIRST_PORT);
            case SEQUENTIAL -> nextSequentialPort;
            case RANDOM -> FIRST_PORT + random.nextInt(PORTS);
        };
        for (int tried = 0; tried < PORTS; tried++) {
            Mapping holder = mappingByExternalPort.get(candidate);
            if (holder == null || holder.isOver()) {
                nextSequentialPort = following(candidate);
                return candidate;
            }
            candidate = following(candidate);
        }
        return -1;
    }

    private static int following(int port) {
        return port == LAST_PORT ? FIRST_PORT : port + 1;
    }

    private record MappingKey(
            TransportAddress internal, @Nullable IpAddress remoteAddress, int remotePort) {}

    private final class Mapping {
        private final TransportAddress internal;
        private final int externalPort;
        private final RemoteFilter filter = new RemoteFilter(behavior.filtering(), timeoutNanos);
        private long expiryNanos;

        private Mapping(TransportAddress internal, int externalPort) {
            this.internal = internal;
            this.externalPort = externalPort;
            this.expiryNanos = time.nowNanos() + timeoutNanos;
        }

        private void use(TransportAddress remote) {
            expiryNanos = time.nowNanos() + timeoutNanos;
            filter.open(remote, time.nowNanos());
        }

        private boolean isOver() {
            return time.nowNanos() - expiryNanos >= 0;
        }
    }
}
