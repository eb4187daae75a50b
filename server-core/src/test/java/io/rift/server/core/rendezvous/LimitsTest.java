package io.rift.server.core.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.MALFORMED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.PEER_OFFLINE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.RATE_LIMITED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_MANY_CONNECTIONS;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_MANY_SESSIONS;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_TYPE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.protocol.IpAddress;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Connect;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.End;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.server.core.rendezvous.TestRendezvous.Client;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Each bound of {@link RendezvousLimits}, reached and not exceeded. */
class LimitsTest {
    private static final RendezvousLimits DEFAULTS = RendezvousLimits.DEFAULTS;

    @Test
    void connectionsInAll() {
        TestRendezvous rendezvous = new TestRendezvous(connections(3, 3, 3));
        Client first = rendezvous.signIn();
        rendezvous.signIn();
        rendezvous.signIn();
        Client fourth = rendezvous.connect();
        fourth.expectClosed(TOO_MANY_CONNECTIONS);
        assertThat(fourth.close.code()).isEqualTo(CloseCode.TRY_AGAIN_LATER);
        first.disconnect();
        rendezvous.signIn();
    }

    @Test
    void unauthenticatedConnections() {
        TestRendezvous rendezvous = new TestRendezvous(connections(9, 2, 9));
        Client first = rendezvous.connect();
        rendezvous.connect();
        rendezvous.connect().expectClosed(TOO_MANY_CONNECTIONS);
        first.authenticate(TestIdentity.random(rendezvous.random));
        rendezvous.connect().next(Challenge.class);
        rendezvous.connect().expectClosed(TOO_MANY_CONNECTIONS);
        rendezvous.advance(Duration.ofSeconds(10)); // the silent ones are closed
        rendezvous.connect().next(Challenge.class);
        rendezvous.connect().next(Challenge.class);
        rendezvous.connect().expectClosed(TOO_MANY_CONNECTIONS);
    }

    @Test
    void connectionsFromOneAddress() {
        TestRendezvous rendezvous = new TestRendezvous(connections(9, 9, 2));
        IpAddress here = IpAddress.parse("198.51.100.1");
        Client first = rendezvous.connect(here);
        rendezvous.connect(here);
        rendezvous.connect(here).expectClosed(TOO_MANY_CONNECTIONS);
        rendezvous.connect(IpAddress.parse("198.51.100.2")).next(Challenge.class);
        first.disconnect();
        rendezvous.connect(here).next(Challenge.class);
    }

    @Test
    void unauthenticatedConnectionsFromOneAddress() {
        TestRendezvous rendezvous = new TestRendezvous(limits(9, 9, 9, 2, 64, 256, 8));
        IpAddress here = IpAddress.parse("198.51.100.1");
        Client first = rendezvous.connect(here);
        Client second = rendezvous.connect(here);
        rendezvous.connect(here).expectClosed(TOO_MANY_CONNECTIONS);
        rendezvous.connect(IpAddress.parse("198.51.100.2")).next(Challenge.class);
        first.authenticate(TestIdentity.random(rendezvous.random));
        Client third = rendezvous.connect(here);
        third.next(Challenge.class);
        rendezvous.connect(here).expectClosed(TOO_MANY_CONNECTIONS);
        first.disconnect(); // signed in, so its place among the strangers is free already
        rendezvous.connect(here).expectClosed(TOO_MANY_CONNECTIONS);
        second.disconnect();
        rendezvous.connect(here).next(Challenge.class);
    }

    @Test
    void anIpv6SubnetCountsAsOneAddress() {
        TestRendezvous rendezvous = new TestRendezvous(connections(9, 9, 2));
        rendezvous.connect(IpAddress.parse("2001:db8::1"));
        rendezvous.connect(IpAddress.parse("2001:db8::2"));
        rendezvous.connect(IpAddress.parse("2001:db8::3")).expectClosed(TOO_MANY_CONNECTIONS);
        rendezvous.connect(IpAddress.parse("2001:db8:0:1::1")).next(Challenge.class);
    }

    @Test
    void callsOfOnePeer() {
        TestRendezvous rendezvous = new TestRendezvous(sessions(3, 9, 2));
        Client alice = rendezvous.signIn();
        Client bob = rendezvous.signIn();
        Client carol = rendezvous.signIn();
        SessionId first = alice.call(bob);
        alice.call(bob);
        alice.call(carol);
        alice.expectNothing();
        alice.expectNothing();
        SessionId refused = alice.call(carol);
        alice.expectError(TOO_MANY_SESSIONS, refused);
        alice.send(new End(first));
        alice.call(carol);
        alice.expectNothing();
    }

    @Test
    void callsToOnePeer() {
        TestRendezvous rendezvous = new TestRendezvous(sessions(9, 2, 9));
        Client victim = rendezvous.signIn();
        Client alice = rendezvous.signIn();
        Client bob = rendezvous.signIn();
        alice.call(victim);
        SessionId open = bob.call(victim);
        SessionId refused = bob.call(victim);
        bob.expectError(TOO_MANY_SESSIONS, refused);
        victim.send(new End(open));
        bob.next(End.class);
        bob.call(victim);
        bob.expectNothing();
        victim.call(alice); // being called a lot does not keep a peer from calling
        alice.next(Incoming.class);
    }

    @Test
    void sessionsOfOnePair() {
        TestRendezvous rendezvous = new TestRendezvous(sessions(9, 9, 2));
        Client alice = rendezvous.signIn();
        Client bob = rendezvous.signIn();
        alice.call(bob);
        alice.call(bob);
        SessionId refused = alice.call(bob);
        alice.expectError(TOO_MANY_SESSIONS, refused);
        bob.call(alice); // the other direction is counted by itself
        alice.next(Incoming.class);
    }

    @Test
    void messagesOfOneConnection() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client client = rendezvous.signIn();
        for (int i = 0; i < DEFAULTS.messageBurst(); i++) {
            client.send(new RefreshCredentials());
            client.next(Credentials.class);
        }
        client.send(new RefreshCredentials());
        client.expectError(RATE_LIMITED);
        rendezvous.advance(Duration.ofMillis(50));
        client.send(new RefreshCredentials());
        client.next(Credentials.class);
        client.send(new RefreshCredentials());
        client.expectError(RATE_LIMITED);
        client.expectNothing();
    }

    @Test
    void aLargeMessageCostsMore() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client client = rendezvous.signIn();
        String large = "{\"type\":\"teleport\"" + " ".repeat(16_000) + "}"; // 4 tokens
        for (int i = 0; i < DEFAULTS.messageBurst() / 4; i++) {
            client.sendText(large);
            client.expectError(UNKNOWN_TYPE);
        }
        client.sendText("{\"type\":\"teleport\"}");
        client.expectError(RATE_LIMITED);
    }

    @Test
    void aFlooderIsClosed() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client client = rendezvous.signIn();
        for (int i = 0; i < DEFAULTS.messageBurst(); i++) {
            client.send(new RefreshCredentials());
            client.next(Credentials.class);
        }
        for (int i = 0; i < DEFAULTS.floodTolerance(); i++) {
            client.send(new RefreshCredentials());
            client.expectError(RATE_LIMITED);
            client.expectNothing();
        }
        client.send(new RefreshCredentials());
        client.expectClosed(RATE_LIMITED);
        assertThat(client.close.code()).isEqualTo(CloseCode.POLICY_VIOLATION);
    }

    @Test
    void whoFloodsWithPongsIsClosed() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client client = rendezvous.signIn();
        for (int i = 0; i < DEFAULTS.messageBurst(); i++) {
            client.pong();
        }
        client.expectNothing();
        for (int i = 0; i < DEFAULTS.floodTolerance(); i++) {
            client.pong();
            client.expectError(RATE_LIMITED);
        }
        client.pong();
        client.expectClosed(RATE_LIMITED);
    }

    @Test
    void whoFloodsWithPingsIsWarnedAndClosedEvenBeforeSignIn() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client client = rendezvous.connect();
        client.next(Challenge.class);
        for (int i = 0; i < DEFAULTS.messageBurst(); i++) {
            assertThat(client.ping()).isTrue();
        }
        client.expectNothing();
        for (int i = 0; i < DEFAULTS.floodTolerance(); i++) {
            assertThat(client.ping()).isFalse();
            client.expectError(RATE_LIMITED);
        }
        assertThat(client.ping()).isFalse();
        client.expectClosed(RATE_LIMITED);
        assertThat(client.ping()).isFalse();
    }

    @Test
    void whoSendsNothingButNoiseIsClosedHoweverSlowly() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client client = rendezvous.signIn();
        int refused = 0;
        while (client.close == null && refused < 1_000) {
            client.sendText("noise");
            rendezvous.advance(Duration.ofMillis(500));
            refused++;
        }
        assertThat(refused).isBetween(DEFAULTS.floodTolerance(), 3 * DEFAULTS.floodTolerance());
        for (int i = 1; i < refused; i++) {
            client.expectError(MALFORMED);
        }
        client.expectClosed(RATE_LIMITED);
    }

    @Test
    void callsPerTime() {
        TestRendezvous rendezvous = new TestRendezvous();
        Client alice = rendezvous.signIn();
        TestIdentity nobody = TestIdentity.random(rendezvous.random);
        for (int i = 0; i < DEFAULTS.connectBurst(); i++) {
            SessionId session = SessionId.random(rendezvous.random);
            alice.send(new Connect(nobody.peerId(), TestRendezvous.offer(session)));
            alice.expectError(PEER_OFFLINE, session);
        }
        SessionId session = SessionId.random(rendezvous.random);
        alice.send(new Connect(nobody.peerId(), TestRendezvous.offer(session)));
        alice.expectError(RATE_LIMITED, session);
        rendezvous.advance(Duration.ofMillis(500));
        alice.send(new Connect(nobody.peerId(), TestRendezvous.offer(session)));
        alice.expectError(PEER_OFFLINE, session);
    }

    @Test
    void aBoundOfNothingIsNoBound() {
        assertThatIllegalArgumentException().isThrownBy(() -> connections(0, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> sessions(1, 1, -1));
    }

    private static RendezvousLimits connections(int all, int unauthenticated, int perAddress) {
        return limits(all, unauthenticated, perAddress, perAddress, 64, 256, 8);
    }

    private static RendezvousLimits sessions(int callsPerPeer, int callsToPeer, int perPair) {
        return limits(10_000, 1_000, 256, 32, callsPerPeer, callsToPeer, perPair);
    }

    private static RendezvousLimits limits(
            int all,
            int unauthenticated,
            int perAddress,
            int unauthenticatedPerAddress,
            int callsPerPeer,
            int callsToPeer,
            int perPair) {
        return new RendezvousLimits(
                all,
                unauthenticated,
                perAddress,
                unauthenticatedPerAddress,
                callsPerPeer,
                callsToPeer,
                perPair,
                DEFAULTS.messageBurst(),
                DEFAULTS.messagesPerSecond(),
                DEFAULTS.connectBurst(),
                DEFAULTS.connectsPerSecond(),
                DEFAULTS.floodTolerance(),
                DEFAULTS.authenticationTimeout(),
                DEFAULTS.pingInterval(),
                DEFAULTS.idleTimeout(),
                DEFAULTS.sessionTimeout());
    }
}
