package io.rift.peer.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.SessionId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the server, the network or a stranger does to two peers, and that it leads to nothing worse than silence. */
class EndpointHostileTest {

    private final TwoPeers peers = new TwoPeers(13);
    private final World world = peers.world;
    private final Node alice = peers.alice;
    private final Node bob = peers.bob;

    /** What a server changes in what one peer tells the other. */
    enum Lie {
        NONCE,
        CAPABILITIES,
        SIGNATURE;

        PeerParameters tell(PeerParameters truth) {
            return new PeerParameters(
                    this == NONCE ? flip(truth.rendezvousNonce()) : truth.rendezvousNonce(),
                    truth.ufrag(),
                    truth.pwd(),
                    truth.rxIndex(),
                    this == CAPABILITIES ? flip(truth.capabilities()) : truth.capabilities(),
                    this == SIGNATURE ? flip(truth.capabilitiesSignature()) : truth.capabilitiesSignature(),
                    truth.natKind());
        }

        private static Octets flip(Octets octets) {
            byte[] bytes = octets.toByteArray();
            bytes[bytes.length - 1] ^= 1;
            return Octets.of(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatChangesAnAnswerGetsNoConnection(Lie lie) {
        peers.signedIn();
        world.rendezvous.tamper =
                message -> message instanceof RendezvousMessage.IceCandidates ice ? changed(ice, lie) : message;
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(16));
        world.run(Duration.ofSeconds(30));
        // The one that is lied to finds out, or the one that is lied about.
        assertThat(List.of(alice.failure(), bob.failure()))
                .hasAtLeastOneElementOfType(ConnectFailure.AuthenticationFailed.class);
        assertThat(alice.has(EndpointOutput.ConnectionEstablished.class)).isFalse();
        assertThat(bob.has(EndpointOutput.ConnectionEstablished.class)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatChangesAnOfferGetsNoConnection(Lie lie) {
        peers.signedIn();
        world.rendezvous.tamper = message -> message instanceof RendezvousMessage.Incoming incoming
                ? new RendezvousMessage.Incoming(incoming.from(), changed(incoming.ice(), lie))
                : message;
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(16));
        world.run(Duration.ofSeconds(30));
        assertThat(alice.has(EndpointOutput.ConnectionEstablished.class)).isFalse();
        assertThat(bob.has(EndpointOutput.ConnectionEstablished.class)).isFalse();
    }

    private static RendezvousMessage.IceCandidates changed(RendezvousMessage.IceCandidates ice, Lie lie) {
        PeerParameters parameters = ice.parameters();
        return parameters == null
                ? ice
                : new RendezvousMessage.IceCandidates(
                        ice.session(), lie.tell(parameters), ice.candidates(), ice.endOfCandidates());
    }

    @Test
    void aServerThatConnectsUsToSomebodyElseIsFoundOut() {
        Node mallory = world.node(66, 1, IceTransportPolicy.ALL);
        mallory.signIn();
        peers.signedIn();
        world.run(Duration.ofSeconds(1));
        world.rendezvous.routeTo(bob, mallory);
        alice.connect(bob);
        peers.awaitFailure(alice, Duration.ofSeconds(16));
        assertThat(alice.failure()).isInstanceOf(ConnectFailure.AuthenticationFailed.class);
        world.run(Duration.ofSeconds(30));
        assertThat(mallory.has(EndpointOutput.ConnectionEstablished.class)).isFalse();
    }

    @Test
    void everyPacketWithAFlippedBitIsDropped() {
        peers.connected();
        TransportAddress of = TransportAddress.parse("10.0.1.1:40000");
        alice.send(alice.established(), "genuine");
        List<World.Sent> packets = world.sent.stream()
                .filter(sent -> sent.from().equals(of) && (sent.datagram().get(0) & 0xFF) == 0xE3)
                .toList();
        assertThat(packets).isNotEmpty();
        for (World.Sent packet : packets) {
            for (int bit = 0; bit < 8 * packet.datagram().limit(); bit++) {
                byte[] forged = new byte[packet.datagram().limit()];
                packet.datagram().get(0, forged);
                forged[bit / 8] ^= (byte) (1 << (bit % 8));
                bob.datagram(of, ByteBuffer.wrap(forged));
            }
        }
        assertThat(bob.texts()).isEmpty();
        peers.await(() -> bob.texts().equals(List.of("genuine")), Duration.ofSeconds(2));
    }

    @Test
    void aReplayedOrDoubledPacketIsDeliveredOnce() {
        peers.connected();
        world.filter = (from, to, datagram) -> {
            if ((datagram.get(0) & 0xFF) == 0xE3) {
                world.later(() -> byAddress(to).datagram(from, copy(datagram)));
            }
            return false;
        };
        for (int i = 0; i < 50; i++) {
            alice.send(alice.established(), "message " + i);
        }
        world.run(Duration.ofSeconds(2));
        assertThat(bob.texts()).hasSize(50).doesNotHaveDuplicates();
    }

    private Node byAddress(TransportAddress address) {
        return address.toString().startsWith("10.0.1.1:") ? alice : bob;
    }

    private static ByteBuffer copy(ByteBuffer datagram) {
        return ByteBuffer.allocate(datagram.remaining())
                .put(datagram.duplicate())
                .flip();
    }

    @Test
    void dataFromAnAddressThatNoCheckProvedDoesNotMoveThePath() {
        peers.connected();
        world.run(Duration.ofSeconds(1));
        alice.send(alice.established(), "one");
        TransportAddress elsewhere = TransportAddress.parse("203.0.113.9:999");
        world.filter = (from, to, datagram) -> {
            boolean moved = to.toString().startsWith("10.0.1.2") && (datagram.get(0) & 0xFF) == 0xE3;
            if (moved) {
                world.later(() -> bob.datagram(elsewhere, copy(datagram)));
            }
            return moved;
        };
        alice.send(alice.established(), "two");
        world.run(Duration.ofSeconds(1));
        bob.send(bob.established(), "answer");
        world.run(Duration.ofSeconds(1));
        assertThat(bob.texts()).contains("two");
        assertThat(world.sent).noneMatch(sent -> sent.to().equals(elsewhere));
        assertThat(alice.texts()).containsExactly("answer");
    }

    @Test
    void strangersGetNoAnswer() {
        peers.connected();
        world.run(Duration.ofSeconds(1));
        TransportAddress stranger = TransportAddress.parse("203.0.113.5:4444");
        SplittableRandom noise = new SplittableRandom(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[noise.nextInt(1_300)];
            noise.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) new int[] {0, 1, 0x40, 0xE1, 0xE2, 0xE3, 0xE4, noise.nextInt(256)}[noise.nextInt(8)];
            }
            bob.datagram(stranger, ByteBuffer.wrap(bytes));
        }
        assertThat(world.sent).noneMatch(sent -> sent.to().equals(stranger));
        alice.send(alice.established(), "unimpressed");
        peers.await(() -> bob.texts().contains("unimpressed"), Duration.ofSeconds(1));
    }

    @Test
    void aServerThatEndsASessionDoesNotEndTheConnection() {
        peers.connected();
        world.rendezvous.endAllSessions();
        world.run(Duration.ofSeconds(1));
        alice.send(alice.established(), "still here");
        peers.await(() -> bob.texts().contains("still here"), Duration.ofSeconds(1));
    }

    @Test
    void aServerThatSpeaksOutOfTurnIsHungUpOn() {
        alice.endpoint.rendezvousConnected(world.nowNanos);
        alice.rendezvousMessage(new RendezvousMessage.Welcome(alice.endpoint.peerId(), List.of(), List.of(), 100, 20));
        assertThat(alice.has(EndpointOutput.DisconnectRendezvous.class)).isTrue();
        assertThat(alice.endpoint.isSignedIn()).isFalse();
    }

    @Test
    void aWelcomeForSomebodyElseIsHungUpOn() {
        world.rendezvous.tamper = message -> message instanceof RendezvousMessage.Welcome welcome
                ? new RendezvousMessage.Welcome(
                        bob.endpoint.peerId(),
                        welcome.stunServers(),
                        welcome.turnServers(),
                        welcome.maxMessageBytes(),
                        welcome.pingIntervalSeconds())
                : message;
        alice.signIn();
        world.run(Duration.ofSeconds(1));
        assertThat(alice.has(EndpointOutput.DisconnectRendezvous.class)).isTrue();
        assertThat(alice.endpoint.isSignedIn()).isFalse();
    }

    @Test
    void aServerThatNeverWelcomesIsGivenUp() {
        world.rendezvous.tamper = message ->
                message instanceof RendezvousMessage.Welcome ? new RendezvousMessage.Credentials(List.of()) : message;
        alice.signIn();
        world.run(EndpointLimits.SIGN_IN_TIMEOUT.plusSeconds(1));
        assertThat(alice.has(EndpointOutput.DisconnectRendezvous.class)).isTrue();
    }

    @Test
    void aServerThatFallsSilentIsGivenUp() {
        peers.signedIn();
        world.run(Duration.ofSeconds(59));
        assertThat(alice.has(EndpointOutput.DisconnectRendezvous.class)).isFalse();
        alice.endpoint.rendezvousHeard(world.nowNanos);
        world.run(Duration.ofSeconds(59));
        assertThat(alice.has(EndpointOutput.DisconnectRendezvous.class)).isFalse();
        assertThat(bob.has(EndpointOutput.DisconnectRendezvous.class)).isTrue();
    }

    @Test
    void aServerThatDoesNotBelieveUsIsSaidSo() {
        world.rendezvous.tamper = message -> message instanceof RendezvousMessage.Challenge
                ? new RendezvousMessage.Challenge(Octets.random(32, world.random))
                : message;
        alice.signIn();
        world.run(Duration.ofSeconds(1));
        assertThat(alice.events(EndpointOutput.SignInRefused.class))
                .singleElement()
                .extracting(EndpointOutput.SignInRefused::code)
                .isEqualTo(RendezvousErrorCode.AUTHENTICATION_FAILED);
    }

    @Test
    void messagesForUnknownSessionsMeanNothing() {
        peers.signedIn();
        List<FromServer> strange = new ArrayList<>();
        var session = SessionId.random(world.random);
        strange.add(new RendezvousMessage.End(session));
        strange.add(new RendezvousMessage.IceCandidates(session, null, List.of(), true));
        strange.add(new RendezvousMessage.ErrorMessage(RendezvousErrorCode.PEER_OFFLINE, "x", session));
        strange.add(new RendezvousMessage.ErrorMessage(RendezvousErrorCode.RATE_LIMITED, "x", null));
        int events = alice.events.size();
        strange.forEach(alice::rendezvousMessage);
        assertThat(alice.events).hasSize(events);
        assertThat(alice.endpoint.isSignedIn()).isTrue();
    }
}
