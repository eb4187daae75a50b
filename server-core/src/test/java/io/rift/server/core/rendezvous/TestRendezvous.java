package io.rift.server.core.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.IceCandidate;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.ErrorMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.auth.SharedSecrets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;

/** A rendezvous in virtual time with clients that speak JSON to it. */
final class TestRendezvous {
    static final String AUTHORITY = "rift.example:8080";
    static final TransportAddress STUN = TransportAddress.parse("192.0.2.9:3478");
    static final IpAddress LOCAL = IpAddress.parse("192.0.2.9");
    static final IpAddress REMOTE = IpAddress.parse("198.51.100.1");

    final Random random = new Random(1);
    final RendezvousServer server;
    final List<Outcome> outcomes = new ArrayList<>();
    private final Map<Long, Client> clientById = new LinkedHashMap<>();
    long nowNanos = -5_000_000_000L; // monotonic time may start below zero
    long wallSeconds = 1_700_000_000L;

    TestRendezvous(RendezvousLimits limits) {
        server = new RendezvousServer(
                new RendezvousConfig(
                        Authorities.of(List.of("rift.example")),
                        Announcements.always(List.of(STUN), List.of(STUN)),
                        new TurnCredentials(new SharedSecrets(List.of("s3cret")), Duration.ofHours(1)),
                        limits),
                random);
    }

    TestRendezvous() {
        this(RendezvousLimits.DEFAULTS);
    }

    /** A new connection that has its challenge. */
    Client connect() {
        return connect(REMOTE);
    }

    Client connect(IpAddress remote) {
        Client client = new Client(clientById.size() + 1L);
        clientById.put(client.id, client);
        server.handleConnected(client.id, remote, LOCAL, nowNanos);
        drain();
        return client;
    }

    /** A new connection of a new peer that has its welcome. */
    Client signIn() {
        return signIn(TestIdentity.random(random));
    }

    Client signIn(TestIdentity identity) {
        Client client = connect();
        client.authenticate(identity);
        assertThat(client.next(Welcome.class).peerId()).isEqualTo(identity.peerId());
        return client;
    }

    /** Lets time pass as a shell does: stopping at each deadline. */
    void advance(Duration duration) {
        long endNanos = nowNanos + duration.toNanos();
        long next = server.nextTimeoutNanos();
        while (next != RendezvousServer.NO_TIMEOUT && next - endNanos <= 0) {
            nowNanos = next;
            server.handleTimeout(nowNanos);
            drain();
            assertThat(server.nextTimeoutNanos()).isGreaterThan(nowNanos);
            next = server.nextTimeoutNanos();
        }
        nowNanos = endNanos;
        wallSeconds += duration.toSeconds();
    }

    void drain() {
        for (RendezvousOutput output = server.poll(); output != null; output = server.poll()) {
            switch (output) {
                case RendezvousOutput.Send send ->
                    clientById.get(send.connectionId()).deliver(send.message());
                case RendezvousOutput.Ping ping -> clientById.get(ping.connectionId()).pings++;
                case RendezvousOutput.Close close ->
                    clientById.get(close.connectionId()).closed(close);
                case RendezvousOutput.Reported reported -> outcomes.add(reported.outcome());
            }
        }
    }

    static PeerParameters parameters() {
        return new PeerParameters(
                Octets.of(new byte[16]),
                "ufrag",
                "0123456789012345678901",
                7,
                Octets.of(new byte[8]),
                Octets.of(new byte[64]),
                NatKind.UNKNOWN);
    }

    static IceCandidates trickle(SessionId session) {
        IceCandidate candidate =
                new IceCandidate("1", CandidateType.HOST, 1, TransportAddress.parse("10.0.0.1:5000"), null);
        return new IceCandidates(session, null, List.of(candidate), false);
    }

    static IceCandidates offer(SessionId session) {
        return new IceCandidates(session, parameters(), List.of(), false);
    }

    /** One end of a WebSocket. */
    final class Client {
        final long id;
        private final Queue<FromServer> inbox = new ArrayDeque<>();
        private TestIdentity identity;
        RendezvousOutput.Close close;
        int pings;

        Client(long id) {
            this.id = id;
        }

        private void deliver(FromServer message) {
            assertThat(close).as("nothing is sent after the end").isNull();
            assertThat(RendezvousCodec.decodeFromServer(RendezvousCodec.encode(message)))
                    .isEqualTo(new Decoded.Message<>(message));
            inbox.add(message);
        }

        private void closed(RendezvousOutput.Close with) {
            assertThat(close).as("closed once").isNull();
            close = with;
        }

        PeerId peerId() {
            return identity.peerId();
        }

        void authenticate(TestIdentity as) {
            identity = as;
            send(as.answer(next(Challenge.class).serverNonce(), AUTHORITY));
        }

        void send(RendezvousMessage message) {
            sendText(RendezvousCodec.encode(message));
        }

        void sendText(String text) {
            server.handleText(id, text, nowNanos, wallSeconds);
            drain();
        }

        void disconnect() {
            server.handleDisconnected(id);
            drain();
        }

        /** Whether it is to be answered. */
        boolean ping() {
            boolean answered = server.handlePing(id, nowNanos);
            drain();
            return answered;
        }

        void pong() {
            server.handlePong(id, nowNanos);
            drain();
        }

        /** Calls {@code other}, who hears of it. */
        SessionId call(Client other) {
            SessionId session = SessionId.random(random);
            send(new Connect(other.peerId(), offer(session)));
            return session;
        }

        <T extends FromServer> T next(Class<T> type) {
            FromServer message = inbox.poll();
            assertThat(message).isInstanceOf(type);
            return type.cast(message);
        }

        void expectError(RendezvousErrorCode code) {
            assertThat(next(ErrorMessage.class).code()).isEqualTo(code);
        }

        void expectError(RendezvousErrorCode code, SessionId session) {
            ErrorMessage error = next(ErrorMessage.class);
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.session()).isEqualTo(session);
        }

        void expectNothing() {
            assertThat(inbox).isEmpty();
            assertThat(close).isNull();
        }

        void expectClosed(RendezvousErrorCode reason) {
            expectError(reason);
            assertThat(inbox).isEmpty();
            assertThat(close).isNotNull();
            assertThat(close.reason()).isEqualTo(reason);
        }
    }
}
