package io.rift.peer;

import io.rift.peer.core.session.Endpoint;
import io.rift.peer.core.session.EndpointConfig;
import io.rift.peer.core.turn.TurnCredentials;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Opens the socket of a peer and makes the endpoint for it. */
final class PeerSockets {

    record Opened(DatagramChannel channel, Selector selector, Endpoint endpoint) {}

    private PeerSockets() {}

    static Opened open(PeerOptions options) {
        List<IpAddress> hostAddresses = hostAddresses(options);
        EndpointConfig.IceServers iceServers = resolve(options.iceServers());
        DatagramChannel channel = bind(options.bindAddress());
        try {
            channel.configureBlocking(false);
            TransportAddress base = TransportAddress.of((InetSocketAddress) channel.getLocalAddress());
            EndpointConfig config = new EndpointConfig(
                    options.rendezvous().authority(),
                    options.iceTransportPolicy().toCore(),
                    options.connectTimeout(),
                    iceServers);
            Endpoint endpoint = new Endpoint(
                    config,
                    options.identity().keys(),
                    base,
                    hostAddresses,
                    new SecureRandom(),
                    System.nanoTime(),
                    Instant.now().getEpochSecond());
            Selector selector = Selector.open();
            channel.register(selector, SelectionKey.OP_READ);
            return new Opened(channel, selector, endpoint);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new UncheckedIOException("cannot use the UDP socket: " + e.getMessage(), e);
        }
    }

    private static List<IpAddress> hostAddresses(PeerOptions options) {
        InetSocketAddress bound = options.bindAddress();
        if (bound != null && !bound.getAddress().isAnyLocalAddress()) {
            return List.of(IpAddress.of(bound.getAddress()));
        }
        return HostAddresses.enumerate(options.rendezvous().isLoopback());
    }

    private static DatagramChannel bind(@Nullable InetSocketAddress address) {
        InetSocketAddress local = address == null ? new InetSocketAddress(0) : address;
        DatagramChannel channel = null;
        try {
            // Without a family the channel serves IPv4 and IPv6, where the system has both.
            boolean isIpv4Only = address != null && address.getAddress().getAddress().length == 4;
            channel = isIpv4Only ? DatagramChannel.open(StandardProtocolFamily.INET) : DatagramChannel.open();
            return channel.bind(local);
        } catch (IOException e) {
            if (channel != null) {
                closeQuietly(channel, e);
            }
            throw new UncheckedIOException(
                    "cannot open a UDP socket at " + local.getHostString() + ":" + local.getPort() + ": "
                            + e.getMessage() + "; choose another bindAddress",
                    e);
        }
    }

    private static void closeQuietly(DatagramChannel channel, IOException because) {
        try {
            channel.close();
        } catch (IOException e) {
            because.addSuppressed(e);
        }
    }

    private static EndpointConfig.@Nullable IceServers resolve(@Nullable List<IceServer> servers) {
        if (servers == null) {
            return null;
        }
        List<TransportAddress> stun = new ArrayList<>();
        List<EndpointConfig.Turn> turn = new ArrayList<>();
        for (IceServer server : servers) {
            InetAddress ip = HostAddresses.resolve(server.host());
            if (ip == null) {
                continue;
            }
            TransportAddress address = new TransportAddress(IpAddress.of(ip), server.port());
            stun.add(address); // a TURN server answers Binding requests, too
            String username = server.username();
            String password = server.password();
            if (username != null && password != null) {
                turn.add(new EndpointConfig.Turn(address, new TurnCredentials(username, password)));
            }
        }
        return new EndpointConfig.IceServers(stun, turn);
    }
}
