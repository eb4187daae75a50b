package io.rift.server.core.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RefuseReason;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Refuse;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.auth.SharedSecrets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Clients that do whatever comes to their minds, in any order, and what must hold all the same. A choice is asked for
 * as a number below a bound, so that a fuzzer's bytes and a seeded generator can both make it.
 */
final class Strangers {
    /** So small that every bound is met. */
    private static final RendezvousLimits LIMITS = new RendezvousLimits(
            6,
            3,
            4,
            2,
            3,
            4,
            2,
            30,
            10,
            6,
            2,
            10,
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30));

    private static final Duration STEP = Duration.ofMillis(50);
    private static final List<TestIdentity> IDENTITIES;
    private static final List<SessionId> SESSION_IDS;

    static {
        Random random = new Random(7);
        List<TestIdentity> identities = new ArrayList<>();
        List<SessionId> sessionIds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            identities.add(TestIdentity.random(random));
        }
        for (int i = 0; i < 8; i++) {
            sessionIds.add(SessionId.random(random));
        }
        IDENTITIES = List.copyOf(identities);
        SESSION_IDS = List.copyOf(sessionIds);
    }

    private final IntUnaryOperator choice;
    private final RendezvousServer server;
    private final Map<Long, Octets> serverNonceByOpenConnection = new LinkedHashMap<>();
    private final Map<Long, TestIdentity> identityByConnection = new HashMap<>();
    private final Map<SessionId, Set<Long>> partiesBySession = new HashMap<>();
    private long lastConnectionId;
    private long nowNanos = Long.MAX_VALUE - 60_000_000_000L; // wraps on the way
    private int introductions;
    private int reports;

    /** {@code choice} gives a number from 0 to below its argument. */
    Strangers(IntUnaryOperator choice) {
        this.choice = choice;
        this.server = new RendezvousServer(
                new RendezvousConfig(
                        Authorities.of(List.of("rift.example")),
                        Announcements.always(List.of(TestRendezvous.STUN), List.of(TestRendezvous.STUN)),
                        new TurnCredentials(new SharedSecrets(List.of("s3cret")), Duration.ofHours(1)),
                        LIMITS),
                new Random(1));
    }

    void act(int steps) {
        for (int step = 0; step < steps; step++) {
            switch (choice.applyAsInt(32)) {
                case 0, 1, 2 -> connect();
                case 3, 4, 5, 6 -> signIn();
                case 7 -> disconnect();
                case 8 -> passTime();
                default -> say();
            }
            checkBounds();
        }
    }

    /** Which refusals there were so far. */
    Set<RendezvousErrorCode> errorsMet() {
        return server.snapshot().errorsByCode().keySet();
    }

    /** Afterwards nothing may be left of anybody. */
    void leave() {
        for (long id : List.copyOf(serverNonceByOpenConnection.keySet())) {
            serverNonceByOpenConnection.remove(id);
            server.handleDisconnected(id);
            drain(id);
        }
        RendezvousSnapshot snapshot = server.snapshot();
        assertThat(snapshot.connections()).isZero();
        assertThat(snapshot.unauthenticatedConnections()).isZero();
        assertThat(snapshot.sessions()).isZero();
        assertThat(server.nextTimeoutNanos()).isEqualTo(RendezvousServer.NO_TIMEOUT);
    }

    private void connect() {
        long id = ++lastConnectionId;
        serverNonceByOpenConnection.put(id, Octets.of(new byte[32]));
        server.handleConnected(id, IpAddress.ofIpv4(choice.applyAsInt(3)), TestRendezvous.LOCAL, nowNanos);
        drain(id);
    }

    private void signIn() {
        long id = anyConnection();
        TestIdentity identity = oneOf(IDENTITIES);
        Octets wrong = Octets.of(new byte[32]);
        Octets nonce = choice.applyAsInt(8) == 0 ? wrong : serverNonceByOpenConnection.getOrDefault(id, wrong);
        String authority = choice.applyAsInt(8) == 0 ? "evil.example" : TestRendezvous.AUTHORITY;
        if (serverNonceByOpenConnection.containsKey(id)) {
            identityByConnection.putIfAbsent(id, identity);
        }
        send(id, identity.answer(nonce, authority));
    }

    private void disconnect() {
        long id = anyConnection();
        serverNonceByOpenConnection.remove(id);
        server.handleDisconnected(id);
        drain(id);
    }

    private void passTime() {
        nowNanos += Duration.ofMillis(1L << choice.applyAsInt(18)).toNanos();
        server.handleTimeout(nowNanos);
        drain(0);
        long next = server.nextTimeoutNanos();
        assertThat(next == RendezvousServer.NO_TIMEOUT || next - nowNanos > 0).isTrue();
    }

    private void say() {
        SessionId session = oneOf(SESSION_IDS);
        Set<Long> parties = partiesBySession.getOrDefault(session, Set.of());
        long id = parties.isEmpty() || choice.applyAsInt(2) == 0 ? anyConnection() : oneOf(List.copyOf(parties));
        nowNanos += STEP.toNanos();
        switch (choice.applyAsInt(16)) {
            case 0 -> server.handlePong(id, nowNanos);
            case 1 -> server.handleBinary(id, nowNanos);
            case 2 -> server.handleText(id, "{\"type\":\"teleport\"}", nowNanos, 0);
            case 3 -> server.handleText(id, "{".repeat(choice.applyAsInt(20_000)), nowNanos, 0);
            case 4 -> send(id, new RefreshCredentials());
            case 5, 6 -> send(id, TestRendezvous.trickle(session));
            case 7 -> send(id, new Refuse(session, oneOf(List.of(RefuseReason.values()))));
            case 8 -> send(id, new End(session));
            case 9, 10 ->
                send(id, new Report(session, oneOf(List.of(ConnectionPath.values())), NatKind.NONE, NatKind.NONE, 1));
            default -> send(id, new Connect(oneOf(IDENTITIES).peerId(), TestRendezvous.offer(session)));
        }
        drain(id);
    }

    private void send(long id, RendezvousMessage message) {
        server.handleText(id, RendezvousCodec.encode(message), nowNanos, 1_700_000_000L);
        drain(id);
    }

    /** {@code from} caused all of this, 0 is time. */
    private void drain(long from) {
        int outputs = 0;
        for (RendezvousOutput output = server.poll(); output != null; output = server.poll()) {
            assertThat(++outputs).as("answers to one input").isLessThan(100);
            switch (output) {
                case RendezvousOutput.Send send -> deliver(from, send.connectionId(), send.message());
                case RendezvousOutput.Ping ping ->
                    assertThat(serverNonceByOpenConnection).containsKey(ping.connectionId());
                case RendezvousOutput.Close close ->
                    assertThat(serverNonceByOpenConnection.remove(close.connectionId()))
                            .as("closed once, while open")
                            .isNotNull();
                case RendezvousOutput.Reported reported -> reports++;
            }
        }
        assertThat(reports).isLessThanOrEqualTo(introductions);
    }

    private void deliver(long from, long to, FromServer message) {
        assertThat(serverNonceByOpenConnection).as("open connections").containsKey(to);
        assertThat(RendezvousCodec.decodeFromServer(RendezvousCodec.encode(message)))
                .isEqualTo(new Decoded.Message<>(message));
        switch (message) {
            case Challenge challenge -> serverNonceByOpenConnection.put(to, challenge.serverNonce());
            case Welcome welcome ->
                assertThat(welcome.peerId())
                        .isEqualTo(identityByConnection.get(to).peerId());
            case Incoming incoming -> {
                introductions++;
                assertThat(incoming.from())
                        .isEqualTo(identityByConnection.get(from).peerId());
                partiesBySession.put(incoming.ice().session(), new TreeSet<>(Set.of(from, to)));
            }
            case IceCandidates candidates -> checkParty(from, to, candidates.session());
            case End end -> checkParty(from, to, end.session());
            case ErrorMessage error -> checkParty(from, to, error.session());
            case RendezvousMessage.Credentials credentials ->
                assertThat(credentials.turnServers()).hasSize(1);
        }
    }

    /** What one stranger does reaches another one only within a session of these two. */
    private void checkParty(long from, long to, @Nullable SessionId session) {
        if (session != null && from != 0 && from != to) {
            Set<Long> parties = partiesBySession.getOrDefault(session, Set.of());
            assertThat(parties).contains(to);
            // A sign-in ends the sessions of the connection that it replaces.
            if (!parties.contains(from)) {
                assertThat(identityOfOther(parties, to)).isNotNull().isEqualTo(identityByConnection.get(from));
            }
        }
    }

    private @Nullable TestIdentity identityOfOther(Set<Long> parties, long party) {
        Set<Long> others = new HashSet<>(parties);
        others.remove(party);
        return others.isEmpty()
                ? null
                : identityByConnection.get(others.iterator().next());
    }

    private void checkBounds() {
        RendezvousSnapshot snapshot = server.snapshot();
        assertThat(snapshot.connections()).isEqualTo(serverNonceByOpenConnection.size());
        assertThat(snapshot.connections()).isLessThanOrEqualTo(LIMITS.maxConnections());
        assertThat(snapshot.unauthenticatedConnections()).isBetween(0, LIMITS.maxUnauthenticatedConnections());
        assertThat(snapshot.signedInPeers()).isLessThanOrEqualTo(IDENTITIES.size());
        assertThat(snapshot.sessions()).isLessThanOrEqualTo(snapshot.signedInPeers() * LIMITS.maxCallsPerPeer());
        assertThat(snapshot.introductions()).isEqualTo(introductions);
        assertThat(server.nextTimeoutNanos() == RendezvousServer.NO_TIMEOUT).isEqualTo(snapshot.connections() == 0);
    }

    /** One that is open or was, or never will be. */
    private long anyConnection() {
        List<Long> open = List.copyOf(serverNonceByOpenConnection.keySet());
        int index = choice.applyAsInt(open.size() + 1);
        return index < open.size() ? open.get(index) : choice.applyAsInt(100);
    }

    private <T> T oneOf(List<T> list) {
        return list.get(choice.applyAsInt(list.size()));
    }
}
