package io.rift.simulation;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.ClientPath;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.RelaySocket;
import io.rift.server.core.turn.RelayedAddresses;
import io.rift.server.core.turn.Route;
import io.rift.server.core.turn.ServerAddress;
import io.rift.server.core.turn.TurnCommand;
import io.rift.server.core.turn.TurnCounters;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.VirtualTime;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** What the server's shell is in production, for one {@link TurnServer} on a simulated host. */
public final class TurnServerNode {
    private final Host host;
    private final VirtualTime time;
    private final TurnServer core;
    private final VirtualTime.Timer timer;
    private final Map<ServerAddress, Host.UdpSocket> listenerByLocal = new LinkedHashMap<>();
    private final Map<TransportAddress, Host.UdpSocket> relayByAddress = new LinkedHashMap<>();

    /**
     * Opens the listeners.
     *
     * @param host where to run
     * @param listenPorts ports for STUN and TURN on the host's first address
     */
    public TurnServerNode(
            Host host,
            VirtualTime time,
            List<Integer> listenPorts,
            TurnServerConfig config,
            Authenticator authenticator,
            PeerPolicy policy,
            RandomGenerator random) {
        this.host = host;
        this.time = time;
        this.core = new TurnServer(config, authenticator, policy, new OwnAddresses(), random);
        this.timer = time.timer(this::onTimeout);
        for (int port : listenPorts) {
            TransportAddress address = new TransportAddress(host.address(), port);
            ServerAddress local = new ServerAddress(ClientTransport.UDP, address);
            listenerByLocal.put(local, host.bind(port, (source, payload) -> onClientDatagram(source, local, payload)));
        }
    }

    /** The transport addresses of the listeners. */
    public List<TransportAddress> listeners() {
        return listenerByLocal.keySet().stream().map(ServerAddress::address).toList();
    }

    /** The relayed transport addresses that are open now. */
    public List<TransportAddress> relayedAddresses() {
        return List.copyOf(relayByAddress.keySet());
    }

    /** The core's counters. */
    public TurnCounters counters() {
        return core.counters();
    }

    private void onClientDatagram(TransportAddress client, ServerAddress local, ByteBuffer datagram) {
        Route route = core.handleClientMessage(client, local, datagram, time.nowNanos(), time.wallSeconds());
        if (route != null) {
            socketOf(route.relaySocket()).send(route.peer(), datagram);
        }
        drain();
    }

    private void onRelayedDatagram(RelaySocket socket, TransportAddress peer, ByteBuffer payload) {
        int capacity = TurnServer.HEADROOM_BYTES + payload.remaining() + TurnServer.TAILROOM_BYTES;
        ByteBuffer buffer = ByteBuffer.allocate(capacity)
                .position(TurnServer.HEADROOM_BYTES)
                .put(payload)
                .flip()
                .position(TurnServer.HEADROOM_BYTES);
        ClientPath path = core.handleRelayedDatagram(socket, peer, buffer, time.nowNanos());
        if (path != null) {
            listener(path.local()).send(path.client(), buffer);
        }
        drain();
    }

    private void onTimeout() {
        core.handleTimeout(time.nowNanos());
        drain();
    }

    private void drain() {
        for (TurnCommand command = core.poll(); command != null; command = core.poll()) {
            switch (command) {
                case TurnCommand.SendToClient send -> listener(send.local()).send(send.client(), send.datagram());
                // Later, as a shell does that opens sockets on another thread.
                case TurnCommand.OpenRelaySocket open -> time.after(0, () -> open(open.socket()));
                case TurnCommand.CloseRelaySocket close -> close(close.socket());
                case TurnCommand.Tcp tcp -> throw new IllegalStateException("there is no TCP here for " + tcp);
            }
        }
        long timeoutNanos = core.nextTimeoutNanos();
        if (timeoutNanos == TurnServer.NO_TIMEOUT) {
            timer.cancel();
        } else {
            timer.set(timeoutNanos);
        }
    }

    private void open(RelaySocket socket) {
        if (host.isBound(socket.port())) {
            core.relaySocketFailed(socket, time.nowNanos());
        } else {
            Host.UdpSocket opened =
                    host.bind(socket.port(), (peer, payload) -> onRelayedDatagram(socket, peer, payload));
            socket.attach(opened);
            relayByAddress.put(opened.local(), opened);
            core.relaySocketOpened(socket, opened.local(), time.nowNanos());
        }
        drain();
    }

    private void close(RelaySocket socket) {
        Host.UdpSocket open = socketOf(socket);
        relayByAddress.remove(open.local());
        open.close();
    }

    private static Host.UdpSocket socketOf(RelaySocket socket) {
        if (socket.attachment() instanceof Host.UdpSocket open) {
            return open;
        }
        throw new IllegalStateException(socket + " was never opened");
    }

    private Host.UdpSocket listener(ServerAddress local) {
        Host.UdpSocket listener = listenerByLocal.get(local);
        if (listener == null) {
            throw new IllegalStateException("the core sends from " + local + ", where nothing listens");
        }
        return listener;
    }

    private final class OwnAddresses implements RelayedAddresses {
        @Override
        public boolean isOwn(IpAddress ip) {
            return ip.equals(host.address());
        }

        @Override
        public boolean isOwnIpv4(int address) {
            return isOwn(IpAddress.ofIpv4(address));
        }

        @Override
        public boolean isLive(TransportAddress relayed) {
            return relayByAddress.containsKey(relayed);
        }
    }
}
