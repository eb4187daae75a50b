package io.rift.server.core.rendezvous;

import static io.rift.protocol.rendezvous.RendezvousErrorCode.AUTHENTICATION_FAILED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.GOING_AWAY;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.IDLE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.MALFORMED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.NOT_ALLOWED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.PEER_OFFLINE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.REPLACED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.TOO_LARGE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNAUTHENTICATED;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.UNKNOWN_TYPE;
import static io.rift.protocol.rendezvous.RendezvousErrorCode.WRONG_AUTHORITY;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.AuthenticationPayload;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousMessage.Authenticate;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.protocol.rendezvous.TurnAccess;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.rendezvous.TestRendezvous.Client;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in, staying and leaving. */
class RendezvousServerTest {
    private final TestRendezvous rendezvous = new TestRendezvous();
    private final TestIdentity identity = TestIdentity.random(rendezvous.random);

    @Test
    void whoSignsTheChallengeIsWelcomed() {
        Client client = rendezvous.connect();
        client.authenticate(identity);
        Welcome welcome = client.next(Welcome.class);
        assertThat(welcome.peerId()).isEqualTo(identity.peerId());
        assertThat(welcome.stunServers()).containsExactly(TestRendezvous.STUN);
        assertThat(welcome.maxMessageBytes()).isEqualTo(16_384);
        assertThat(welcome.pingIntervalSeconds()).isEqualTo(20);
        client.expectNothing();
        assertThat(rendezvous.server.snapshot().signedInPeers()).isOne();
    }

    @Test
    void aSignatureOfAnotherImplementationIsWelcomed() throws GeneralSecurityException {
        KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = keys.getPublic().getEncoded(); // RFC 8410: a prefix, then the key
        PeerId peerId = PeerId.of(Arrays.copyOfRange(encoded, encoded.length - PeerId.BYTES, encoded.length));
        Client client = rendezvous.connect();
        Octets serverNonce = client.next(Challenge.class).serverNonce();
        Octets clientNonce = Octets.random(32, rendezvous.random);
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(keys.getPrivate());
        signature.update(AuthenticationPayload.of(TestRendezvous.AUTHORITY, serverNonce, clientNonce, peerId));
        client.send(new Authenticate(peerId, TestRendezvous.AUTHORITY, clientNonce, Octets.of(signature.sign())));
        assertThat(client.next(Welcome.class).peerId()).isEqualTo(peerId);
    }

    @Test
    void everyConnectionHasAChallengeOfItsOwn() {
        assertThat(rendezvous.connect().next(Challenge.class))
                .isNotEqualTo(rendezvous.connect().next(Challenge.class));
    }

    @Test
    void aSignatureForAnotherChallengeIsRefused() {
        Client victim = rendezvous.connect();
        Client thief = rendezvous.connect();
        thief.next(Challenge.class);
        thief.send(identity.answer(victim.next(Challenge.class).serverNonce(), TestRendezvous.AUTHORITY));
        thief.expectClosed(AUTHENTICATION_FAILED);
    }

    @Test
    void aSignatureThatWasUsedIsWorthNothingOnTheNextConnection() {
        Client client = rendezvous.connect();
        Authenticate answer = identity.answer(client.next(Challenge.class).serverNonce(), TestRendezvous.AUTHORITY);
        client.send(answer);
        client.next(Welcome.class);
        client.disconnect();
        Client replayer = rendezvous.connect();
        replayer.next(Challenge.class);
        replayer.send(answer);
        replayer.expectClosed(AUTHENTICATION_FAILED);
    }

    @Test
    void aSignatureOfAnotherIdentityIsRefused() {
        Client client = rendezvous.connect();
        Authenticate mine = identity.answer(client.next(Challenge.class).serverNonce(), TestRendezvous.AUTHORITY);
        PeerId other = TestIdentity.random(rendezvous.random).peerId();
        client.send(new Authenticate(other, mine.authority(), mine.clientNonce(), mine.signature()));
        client.expectClosed(AUTHENTICATION_FAILED);
    }

    @Test
    void aSignatureForAnotherNameOfThisServerIsRefused() {
        Client client = rendezvous.connect();
        Authenticate answer = identity.answer(client.next(Challenge.class).serverNonce(), "rift.example:1");
        client.send(
                new Authenticate(answer.peerId(), TestRendezvous.AUTHORITY, answer.clientNonce(), answer.signature()));
        client.expectClosed(AUTHENTICATION_FAILED);
    }

    @Test
    void whoWasSentHereByAnotherServerIsRefused() {
        Client client = rendezvous.connect();
        client.send(identity.answer(client.next(Challenge.class).serverNonce(), "evil.example:8080"));
        client.expectClosed(WRONG_AUTHORITY);
    }

    /** Points of small order, in canonical and other encodings: where k * A vanishes, (R = S * B, S) verifies. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void aKeyThatVerifiesWhatNobodySignedIsRefused(String key) {
        byte[] basePointTimesOne = HexFormat.of().parseHex("58" + "66".repeat(31) + "01" + "00".repeat(31));
        PeerId weak = PeerId.of(HexFormat.of().parseHex(key));
        for (int attempt = 0; attempt < 32; attempt++) { // k vanishes for one nonce in eight at least
            Client client = rendezvous.connect();
            client.next(Challenge.class);
            Octets nonce = Octets.random(32, rendezvous.random);
            client.send(new Authenticate(weak, TestRendezvous.AUTHORITY, nonce, Octets.of(basePointTimesOne)));
            client.expectClosed(AUTHENTICATION_FAILED);
        }
    }

    @Test
    void whoDoesNotAuthenticateFirstIsClosed() {
        Client client = rendezvous.connect();
        client.next(Challenge.class);
        client.send(new RefreshCredentials());
        client.expectClosed(UNAUTHENTICATED);
    }

    @Test
    void anUnreadableFirstMessageIsTheLast() {
        Client client = rendezvous.connect();
        client.next(Challenge.class);
        client.sendText("hello");
        client.expectClosed(MALFORMED);
    }

    @Test
    void whoDoesNotAnswerTheChallengeInTimeIsClosed() {
        Client client = rendezvous.connect();
        client.next(Challenge.class);
        rendezvous.advance(Duration.ofMillis(9_999));
        client.pong(); // keeps nobody alive who has not signed in
        client.expectNothing();
        rendezvous.advance(Duration.ofMillis(1));
        client.expectClosed(UNAUTHENTICATED);
    }

    @Test
    void nobodySignsInTwiceOnOneConnection() {
        Client client = rendezvous.signIn(identity);
        client.send(identity.answer(Octets.of(new byte[32]), TestRendezvous.AUTHORITY));
        client.expectError(NOT_ALLOWED);
        client.expectNothing();
    }

    @Test
    void theNewestConnectionOfAnIdentityWins() {
        Client caller = rendezvous.signIn();
        Client old = rendezvous.signIn(identity);
        SessionId session = caller.call(old);
        old.next(Incoming.class);

        Client fresh = rendezvous.signIn(identity);

        old.expectClosed(REPLACED);
        caller.expectError(PEER_OFFLINE, session);
        caller.call(fresh);
        fresh.next(Incoming.class);
        old.disconnect(); // the shell's late news of the old one must not sign the new one out
        caller.call(fresh);
        fresh.next(Incoming.class);
    }

    @Test
    void aClosedConnectionIsNoLongerListenedTo() {
        Client old = rendezvous.signIn(identity);
        rendezvous.signIn(identity);
        old.expectClosed(REPLACED);
        old.send(new RefreshCredentials()); // was under way
        old.pong();
        assertThat(rendezvous.server.snapshot().connections()).isOne();
    }

    @Test
    void credentialsAreThoseOfTheSharedSecretScheme() {
        Client client = rendezvous.connect();
        client.authenticate(TestIdentity.random(new Random(42)));
        TurnAccess access = client.next(Welcome.class).turnServers().getFirst();
        assertThat(access.address()).isEqualTo(TestRendezvous.STUN);
        assertThat(access.username()).isEqualTo("1700003600:" + client.peerId());
        assertThat(access.ttlSeconds()).isEqualTo(3_600);
        assertThat(access.password()).hasSize(28);
    }

    @Test
    void credentialsCanBeRefreshed() {
        Client client = rendezvous.signIn();
        rendezvous.wallSeconds += 1_800;
        client.send(new RefreshCredentials());
        assertThat(client.next(Credentials.class).turnServers())
                .extracting(TurnAccess::username)
                .containsExactly("1700005400:" + client.peerId());
    }

    @Test
    void aTypeOfTheFutureIsRefusedAndNothingElseHappens() {
        Client client = rendezvous.signIn();
        for (int i = 0; i < 1_000; i++) {
            client.sendText("{\"type\":\"teleport\"}");
            client.expectError(UNKNOWN_TYPE);
            rendezvous.advance(Duration.ofMillis(50));
        }
        client.expectNothing();
    }

    @Test
    void unreadableTextIsRefusedAndTheConnectionStays() {
        Client client = rendezvous.signIn();
        client.sendText("hello");
        client.expectError(MALFORMED);
        client.sendText(" ".repeat(16_385));
        client.expectError(TOO_LARGE);
        rendezvous.server.handleBinary(client.id, rendezvous.nowNanos);
        rendezvous.drain();
        client.expectError(MALFORMED);
        client.expectNothing();
    }

    @Test
    void aBinaryFirstMessageIsTheLast() {
        Client client = rendezvous.connect();
        client.next(Challenge.class);
        rendezvous.server.handleBinary(client.id, rendezvous.nowNanos);
        rendezvous.drain();
        client.expectClosed(MALFORMED);
    }

    @Test
    void aQuietClientIsPingedAndStaysWhenItAnswers() {
        Client client = rendezvous.signIn();
        for (int i = 1; i <= 10; i++) {
            rendezvous.advance(Duration.ofSeconds(20));
            assertThat(client.pings).isEqualTo(i);
            client.pong();
        }
        client.expectNothing();
    }

    @Test
    void aTalkativeClientIsNotPinged() {
        Client client = rendezvous.signIn();
        for (int i = 0; i < 20; i++) {
            rendezvous.advance(Duration.ofSeconds(19));
            client.send(new RefreshCredentials());
            client.next(Credentials.class);
        }
        assertThat(client.pings).isZero();
    }

    @Test
    void aClientThatDoesNotEvenPongIsClosed() {
        Client client = rendezvous.signIn();
        rendezvous.advance(Duration.ofMillis(59_999));
        assertThat(client.pings).isEqualTo(2);
        client.expectNothing();
        rendezvous.advance(Duration.ofMillis(1));
        client.expectClosed(IDLE);
    }

    @Test
    void whenNobodyIsThereNothingWaitsForTime() {
        assertThat(rendezvous.server.nextTimeoutNanos()).isEqualTo(RendezvousServer.NO_TIMEOUT);
        Client client = rendezvous.signIn();
        assertThat(rendezvous.server.nextTimeoutNanos()).isNotEqualTo(RendezvousServer.NO_TIMEOUT);
        client.disconnect();
        assertThat(rendezvous.server.nextTimeoutNanos()).isEqualTo(RendezvousServer.NO_TIMEOUT);
    }

    @Test
    void aServerThatStopsSaysGoodbyeAndTurnsNewcomersAway() {
        Client alice = rendezvous.signIn();
        Client bob = rendezvous.signIn();
        Client stranger = rendezvous.connect();
        stranger.next(Challenge.class);
        alice.call(bob);
        bob.next(Incoming.class);

        rendezvous.server.shutDown();
        rendezvous.drain();

        for (Client client : List.of(alice, bob, stranger)) {
            client.expectClosed(GOING_AWAY);
            assertThat(client.close.code()).isEqualTo(CloseCode.GOING_AWAY);
        }
        rendezvous.connect().expectClosed(GOING_AWAY);
        RendezvousSnapshot snapshot = rendezvous.server.snapshot();
        assertThat(snapshot.connections()).isZero();
        assertThat(snapshot.unauthenticatedConnections()).isZero();
        assertThat(snapshot.sessions()).isZero();
        assertThat(rendezvous.server.nextTimeoutNanos()).isEqualTo(RendezvousServer.NO_TIMEOUT);
    }

    @Test
    void aClientIsToldOfTheServersWhereItCameIn() {
        RendezvousServer server = new RendezvousServer(
                new RendezvousConfig(
                        Authorities.of(List.of("rift.example")),
                        local -> new Announcements.Announcement(List.of(new TransportAddress(local, 3478)), List.of()),
                        new TurnCredentials(SharedSecrets.none(), Duration.ofHours(1)),
                        RendezvousLimits.DEFAULTS),
                rendezvous.random);
        server.handleConnected(1, TestRendezvous.REMOTE, IpAddress.parse("192.0.2.77"), 0);
        RendezvousOutput.Send challenge = (RendezvousOutput.Send) server.poll();
        Authenticate answer =
                identity.answer(((Challenge) challenge.message()).serverNonce(), TestRendezvous.AUTHORITY);
        server.handleText(1, RendezvousCodec.encode(answer), 0, 0);
        Welcome welcome = (Welcome) ((RendezvousOutput.Send) server.poll()).message();
        assertThat(welcome.stunServers()).hasToString("[192.0.2.77:3478]");
        assertThat(welcome.turnServers()).isEmpty();
    }
}
