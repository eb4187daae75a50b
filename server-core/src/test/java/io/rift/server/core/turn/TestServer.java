package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.quota.TurnLimits;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@link TurnServer} with a shell of lists: virtual time, relay sockets that open at once, responses by client. */
final class TestServer implements RelayedAddresses {
    static final ServerAddress LOCAL =
            new ServerAddress(ClientTransport.UDP, TransportAddress.parse("203.0.113.1:3478"));
    static final IpAddress OWN = LOCAL.address().ip();
    static final IpAddress OWN_IPV6 = IpAddress.parse("2001:db8::1");
    static final Set<IpAddress.Family> BOTH_FAMILIES = EnumSet.allOf(IpAddress.Family.class);
    static final TransportAddress CLIENT = TransportAddress.parse("192.0.2.10:5000");
    static final TransportAddress PEER = TransportAddress.parse("198.51.100.20:6000");
    static final TransportAddress IPV6_PEER = TransportAddress.parse("[2001:db8:20::1]:6000");
    static final TransportAddress DENIED_PEER = TransportAddress.parse("198.51.100.66:6000");
    static final String REALM = "example.org";
    static final String SECRET = "north";
    static final SharedSecrets SECRETS = new SharedSecrets(List.of(SECRET, "older north"));
    static final PeerPolicy POLICY = PeerPolicy.of(
            List.of(Cidr.parse("198.51.100.0/24"), Cidr.parse("2001:db8:20::/48")),
            List.of(Cidr.parse("198.51.100.66")));

    /** Just before the monotonic time wraps, as it may at any moment. */
    static final long START_NANOS = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(7);

    static final long START_WALL_SECONDS = 1_800_000_000;

    /** A datagram that the server sent to a client. */
    record Sent(ServerAddress local, TransportAddress client, ByteBuffer datagram) {}

    final TurnServer server;
    final Set<RelaySocket> open = new LinkedHashSet<>();
    final Set<TransportAddress> live = new LinkedHashSet<>();
    final Queue<RelaySocket> opening = new ArrayDeque<>();
    final List<Sent> sent = new ArrayList<>();
    final Set<IpAddress> gained = new LinkedHashSet<>();
    final Set<TransportAddress> liveTcp = new LinkedHashSet<>();
    final List<PeerConnection> connecting = new ArrayList<>();
    final List<TurnCommand.SplicePeerConnection> spliced = new ArrayList<>();
    final List<PeerConnection> closed = new ArrayList<>();
    boolean opensSockets = true;
    private final Authenticator authenticator;
    private final TurnLimits limits;
    private long elapsedNanos;

    TestServer() {
        this(TurnServerConfig.builder());
    }

    TestServer(TurnServerConfig.Builder config) {
        this(config, POLICY);
    }

    TestServer(TurnServerConfig.Builder config, PeerPolicy policy) {
        Nonces nonces = new Nonces(List.of(new byte[32]), Nonces.DEFAULT_LIFETIME_SECONDS);
        authenticator = new Authenticator(REALM, Map.of("alice", "secret", "bob", "also secret"), SECRETS, nonces);
        limits = config.build().limits();
        server = new TurnServer(config.build(), authenticator, policy, this, new SplittableRandom(1));
    }

    void changePolicy(PeerPolicy policy) {
        change(policy, limits);
    }

    void changeLimits(TurnLimits changed) {
        change(POLICY, changed);
    }

    private void change(PeerPolicy policy, TurnLimits changed) {
        server.administration()
                .changeRules(new TurnRules(authenticator, policy, changed, AlternateServers.NONE), nowNanos());
        drain();
    }

    @Override
    public boolean isOwn(IpAddress ip) {
        return ip.equals(OWN) || ip.equals(OWN_IPV6) || gained.contains(ip);
    }

    @Override
    public boolean isOwnIpv4(int address) {
        return address == (int) OWN.low();
    }

    @Override
    public boolean isLive(TransportAddress relayed) {
        return live.contains(relayed);
    }

    @Override
    public boolean isLiveTcp(TransportAddress relayed) {
        return liveTcp.contains(relayed);
    }

    private Set<TransportAddress> live(RelaySocket socket) {
        return socket.transport() == RelayTransport.TCP ? liveTcp : live;
    }

    long nowNanos() {
        return START_NANOS + elapsedNanos;
    }

    long wallSeconds() {
        return START_WALL_SECONDS + TimeUnit.NANOSECONDS.toSeconds(elapsedNanos);
    }

    /** Lets time pass and wakes the server at each of its timeouts, never later and never for nothing. */
    void advanceSeconds(long seconds) {
        advanceNanos(TimeUnit.SECONDS.toNanos(seconds));
    }

    /** The same for shorter times. */
    void advanceNanos(long nanos) {
        long end = nowNanos() + nanos;
        long timeout = server.nextTimeoutNanos();
        while (timeout != TurnServer.NO_TIMEOUT && end - timeout >= 0) {
            elapsedNanos = Math.max(elapsedNanos, timeout - START_NANOS);
            server.handleTimeout(nowNanos());
            drain();
            if (server.nextTimeoutNanos() == timeout) {
                throw new AssertionError("the timeout has come, and nothing has happened");
            }
            timeout = server.nextTimeoutNanos();
        }
        elapsedNanos = end - START_NANOS;
    }

    Route receive(TransportAddress client, ByteBuffer datagram) {
        return receive(client, LOCAL, datagram);
    }

    Route receive(TransportAddress client, ServerAddress local, ByteBuffer datagram) {
        Route route = server.handleClientMessage(client, local, datagram, nowNanos(), wallSeconds());
        drain();
        return route;
    }

    void disconnect(TestClient client) {
        server.clientDisconnected(client.address, client.local, nowNanos());
        drain();
    }

    /** A datagram from a peer at a relay socket, with the room that the server wants around it. */
    ClientPath receiveFromPeer(RelaySocket socket, TransportAddress peer, ByteBuffer buffer) {
        ClientPath path = server.handleRelayedDatagram(socket, peer, buffer, nowNanos());
        drain();
        return path;
    }

    /** An ICMP error about what a relay socket sent to a peer. */
    void icmp(RelaySocket socket, TransportAddress peer, int type, int code, long errorData) {
        server.handleIcmp(socket, peer, type, code, errorData, nowNanos());
        drain();
    }

    /** A buffer with this text as payload and room around it. */
    static ByteBuffer payload(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(TurnServer.HEADROOM_BYTES + bytes.length + TurnServer.TAILROOM_BYTES);
        return buffer.position(TurnServer.HEADROOM_BYTES).put(bytes).flip().position(TurnServer.HEADROOM_BYTES);
    }

    static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    void socketOpened(RelaySocket socket) {
        opening.remove(socket);
        TransportAddress relayed = relayed(socket);
        open.add(socket);
        live(socket).add(relayed);
        server.relaySocketOpened(socket, relayed, nowNanos());
        drain();
    }

    void socketFailed(RelaySocket socket) {
        opening.remove(socket);
        server.relaySocketFailed(socket, nowNanos());
        drain();
    }

    void connected(PeerConnection connection) {
        server.peerConnected(connection, nowNanos());
        drain();
    }

    void ended(PeerConnection connection) {
        server.peerConnectionClosed(connection, nowNanos());
        drain();
    }

    /** A peer connects to a relay socket; null when it is to be closed at once. */
    @Nullable PeerConnection accept(RelaySocket socket, TransportAddress peer) {
        PeerConnection connection = server.peerAccepted(socket, peer, nowNanos());
        drain();
        return connection;
    }

    private static TransportAddress relayed(RelaySocket socket) {
        return new TransportAddress(
                switch (socket.family()) {
                    case IPV4 -> OWN;
                    case IPV6 -> OWN_IPV6;
                },
                socket.port());
    }

    /** The open relay socket of a family. */
    RelaySocket socket(IpAddress.Family family) {
        return open.stream()
                .filter(socket -> socket.family() == family)
                .findFirst()
                .orElseThrow();
    }

    /** The only relay socket that is open. */
    RelaySocket onlySocket() {
        if (open.size() != 1) {
            throw new AssertionError("one socket expected, not " + open);
        }
        return open.iterator().next();
    }

    long drops(DropReason reason) {
        return server.counters().drops(reason);
    }

    void drain() {
        for (TurnCommand command = server.poll(); command != null; command = server.poll()) {
            switch (command) {
                case TurnCommand.SendToClient(var local, var client, var datagram) ->
                    sent.add(new Sent(local, client, datagram));
                case TurnCommand.OpenRelaySocket(var socket) -> {
                    opening.add(socket);
                    if (opensSockets) {
                        socketOpened(socket);
                    }
                }
                case TurnCommand.CloseRelaySocket(var socket) -> {
                    if (!open.remove(socket)) {
                        throw new AssertionError(socket + " is not open");
                    }
                    live(socket).remove(relayed(socket));
                }
                case TurnCommand.ConnectToPeer(var connection) -> connecting.add(connection);
                case TurnCommand.SplicePeerConnection splice -> spliced.add(splice);
                case TurnCommand.ClosePeerConnection(var connection) -> closed.add(connection);
            }
        }
    }
}
