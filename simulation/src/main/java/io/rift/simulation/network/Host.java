package io.rift.simulation.network;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A machine with one or more addresses, on which programs open UDP sockets. */
public final class Host {
    private static final int FIRST_EPHEMERAL_PORT = 32_768;
    private static final int LAST_EPHEMERAL_PORT = 60_999;

    private final String name;
    private final VirtualTime time;
    private final Trace trace;
    private final RandomGenerator random;
    private final Map<IpAddress, Uplink> uplinkByAddress = new LinkedHashMap<>();
    private final Map<TransportAddress, UdpSocket> socketByLocal = new LinkedHashMap<>();
    private @Nullable Capture capture;

    Host(String name, VirtualTime time, Trace trace, RandomGenerator random) {
        this.name = name;
        this.time = time;
        this.trace = trace;
        this.random = random;
    }

    /** The name that a trace shows. */
    public String name() {
        return name;
    }

    /** The first address. */
    public IpAddress address() {
        return uplinkByAddress.keySet().iterator().next();
    }

    /** Adds an address in a realm. */
    public void attach(Realm realm, IpAddress address, Link link) {
        uplinkByAddress.put(address, new Uplink(realm.attach(name, address, link, this::receive), null));
    }

    /** Adds an address in a realm, behind a firewall. */
    public void attach(Realm realm, IpAddress address, Link link, Firewall firewall) {
        uplinkByAddress.put(address, new Uplink(realm.attach(name, address, link, this::receive), firewall));
    }

    /** Gives an address up. Its sockets stay and reach nobody. */
    public void detach(IpAddress address) {
        uplink(address).attachment().detach();
        uplinkByAddress.remove(address);
    }

    /** Replaces the line of an address. */
    public void setLink(IpAddress address, Link link) {
        uplink(address).attachment().setLink(link);
    }

    /** From now on keeps every datagram that arrives here or leaves from here. */
    public Capture startCapture() {
        Capture started = new Capture(time);
        capture = started;
        return started;
    }

    /** Opens a socket on the first address. */
    public UdpSocket bind(int port, DatagramHandler handler) {
        TransportAddress local = new TransportAddress(address(), port);
        UdpSocket socket = new UdpSocket(local, handler);
        if (socketByLocal.putIfAbsent(local, socket) != null) {
            throw new IllegalArgumentException(local + " is in use on " + name);
        }
        return socket;
    }

    /** Opens a socket on the first address at a free port of the ephemeral range. */
    public UdpSocket bind(DatagramHandler handler) {
        while (true) {
            int port = random.nextInt(FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT + 1);
            if (!socketByLocal.containsKey(new TransportAddress(address(), port))) {
                return bind(port, handler);
            }
        }
    }

    /** Whether a socket holds this port of the first address. */
    public boolean isBound(int port) {
        return socketByLocal.containsKey(new TransportAddress(address(), port));
    }

    private Uplink uplink(IpAddress address) {
        Uplink uplink = uplinkByAddress.get(address);
        if (uplink == null) {
            throw new IllegalArgumentException(name + " does not have the address " + address);
        }
        return uplink;
    }

    private void send(Datagram datagram) {
        trace.add(name, Fate.SENT, datagram);
        if (capture != null) {
            capture.add(Capture.Direction.OUT, datagram);
        }
        if (uplinkByAddress.containsKey(datagram.destination().ip())) {
            time.after(0, () -> deliver(datagram));
            return;
        }
        Uplink uplink = uplinkByAddress.get(datagram.source().ip());
        if (uplink == null) {
            trace.add(name, Fate.NO_ROUTE, datagram);
            return;
        }
        if (uplink.firewall() != null) {
            uplink.firewall().outbound(datagram);
        }
        uplink.attachment().send(datagram);
    }

    private void receive(Datagram datagram) {
        Uplink uplink = uplinkByAddress.get(datagram.destination().ip());
        if (uplink == null) {
            trace.add(name, Fate.NO_ROUTE, datagram);
            return;
        }
        if (uplink.firewall() != null && !uplink.firewall().admits(datagram)) {
            trace.add(name + " firewall", Fate.FILTERED, datagram);
            return;
        }
        deliver(datagram);
    }

    private void deliver(Datagram datagram) {
        if (capture != null) {
            capture.add(Capture.Direction.IN, datagram);
        }
        UdpSocket socket = socketByLocal.get(datagram.destination());
        if (socket == null) {
            trace.add(name, Fate.NO_SOCKET, datagram);
            return;
        }
        trace.add(name, Fate.RECEIVED, datagram);
        socket.handler.receive(datagram.source(), datagram.payloadCopy());
    }

    /** Takes what a socket receives. */
    @FunctionalInterface
    public interface DatagramHandler {
        /**
         * One datagram arrived.
         *
         * @param source where it says it comes from
         * @param payload its payload, in a heap buffer that is the receiver's own
         */
        void receive(TransportAddress source, ByteBuffer payload);
    }

    /** One open socket. */
    public final class UdpSocket {
        private final TransportAddress local;
        private final DatagramHandler handler;

        private UdpSocket(TransportAddress local, DatagramHandler handler) {
            this.local = local;
            this.handler = handler;
        }

        /** Where it is bound. */
        public TransportAddress local() {
            return local;
        }

        /** Sends a copy of the buffer's remaining bytes, unless the socket is closed. */
        public void send(TransportAddress destination, ByteBuffer payload) {
            if (socketByLocal.get(local) == this) {
                Host.this.send(Datagram.of(local, destination, payload));
            }
        }

        /** Sends a copy of the bytes, unless the socket is closed. */
        public void send(TransportAddress destination, byte[] payload) {
            send(destination, ByteBuffer.wrap(payload));
        }

        /** Frees the port. */
        public void close() {
            socketByLocal.remove(local, this);
        }
    }

    private record Uplink(
            Realm.Attachment attachment, @Nullable Firewall firewall) {}
}
