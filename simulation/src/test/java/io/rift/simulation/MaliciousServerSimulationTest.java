package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.CandidateType;
import io.rift.protocol.rendezvous.IceCandidate;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.PeerParameters;
import io.rift.protocol.rendezvous.RendezvousMessage.FromServer;
import io.rift.protocol.rendezvous.RendezvousMessage.IceCandidates;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.simulation.network.Capture;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A rendezvous that changes what the two peers tell each other. Whatever it does, no connection comes about, and what
 * the peers wanted to say leaves neither machine in the clear.
 */
class MaliciousServerSimulationTest {
    private static final String CANARY = "for your eyes only";

    @RegisterExtension
    final Simulations simulations = new Simulations();

    /** Whose messages are changed. */
    enum Direction {
        TO_THE_CALLED,
        TO_THE_CALLER
    }

    /** Makes parameters of the real ones and of those that Mallory signed. */
    @FunctionalInterface
    interface Change {
        PeerParameters apply(PeerParameters real, PeerParameters ofMallory);
    }

    record Attack(String what, Change change) {
        @Override
        public String toString() {
            return what;
        }
    }

    private static final List<Attack> ATTACKS = List.of(
            new Attack(
                    "the capabilities are those of somebody else",
                    (real, other) -> signed(real, other.capabilities(), other.capabilitiesSignature())),
            new Attack(
                    "a bit of the capabilities is flipped",
                    (real, other) -> signed(real, flipped(real.capabilities()), real.capabilitiesSignature())),
            new Attack(
                    "a bit of their signature is flipped",
                    (real, other) -> signed(real, real.capabilities(), flipped(real.capabilitiesSignature()))),
            new Attack(
                    "another rendezvous nonce",
                    (real, other) ->
                            unsigned(real, flipped(real.rendezvousNonce()), real.ufrag(), real.pwd(), real.rxIndex())),
            new Attack(
                    "another user name fragment",
                    (real, other) -> unsigned(real, real.rendezvousNonce(), "AAAAAAAA", real.pwd(), real.rxIndex())),
            new Attack(
                    "another password",
                    (real, other) ->
                            unsigned(real, real.rendezvousNonce(), real.ufrag(), "A".repeat(24), real.rxIndex())),
            new Attack("everything is that of somebody else", (real, other) -> other));

    static Stream<Arguments> attacks() {
        return Simulations.seeds(1, 2)
                .boxed()
                .flatMap(seed -> ATTACKS.stream()
                        .flatMap(attack ->
                                Stream.of(Direction.values()).map(direction -> Arguments.of(attack, direction, seed))));
    }

    @ParameterizedTest(name = "{0}, {1}, seed {2}")
    @MethodSource("attacks")
    void changedParametersMakeTheConnectionFail(Attack attack, Direction direction, long seed) {
        World world = new World(seed);
        world.tamper(message -> switch (message) {
            case Incoming incoming
            when direction == Direction.TO_THE_CALLED ->
                new Incoming(incoming.from(), changed(incoming.ice(), attack, world));
            case IceCandidates ice
            when direction == Direction.TO_THE_CALLER && ice.parameters() != null -> changed(ice, attack, world);
            default -> message;
        });
        world.callAndExpectFailure();
    }

    private static IceCandidates changed(IceCandidates ice, Attack attack, World world) {
        PeerParameters changed = attack.change().apply(ice.parameters(), world.mallorysParameters);
        return new IceCandidates(ice.session(), changed, ice.candidates(), ice.endOfCandidates());
    }

    static Stream<Long> seeds() {
        return Simulations.seeds(1, 2, 3).boxed();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aCallUnderAnotherNameFails(long seed) {
        World world = new World(seed);
        world.tamper(message ->
                message instanceof Incoming incoming ? new Incoming(world.mallory.peerId(), incoming.ice()) : message);
        world.callAndExpectFailure();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aWrongReceiverIndexOfTheCalledMakesTheConnectionFail(long seed) {
        World world = new World(seed);
        world.tamper(message -> message instanceof IceCandidates ice && ice.parameters() != null
                ? withOtherReceiverIndex(ice)
                : message);
        world.callAndExpectFailure();
    }

    /** The caller names its index again in KeyInit, under its signature, and that one counts. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aWrongReceiverIndexOfTheCallerIsCorrectedByTheHandshake(long seed) {
        World world = new World(seed);
        world.tamper(message -> message instanceof Incoming incoming
                ? new Incoming(incoming.from(), withOtherReceiverIndex(incoming.ice()))
                : message);
        world.call.connect();
        world.call.exchange(3);
        world.call.assertThatTheServerReadNothing();
    }

    /** The server invents another session on one side, so that the peers sign different transcripts. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aSessionOfItsOwnOnEachSideFails(long seed) {
        World world = new World(seed);
        SessionId fake = SessionId.random(world.call.internet().network().randomGenerator());
        world.tamper(message -> message instanceof Incoming incoming
                ? new Incoming(incoming.from(), inSession(incoming.ice(), fake))
                : message);
        world.callAndExpectFailure();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void candidatesOfAnotherMachineLeadToNothingAndThatMachineLearnsNothing(long seed) {
        World world = new World(seed);
        Capture ofMallory = world.mallorySite.host().startCapture();
        world.tamper(message -> switch (message) {
            case Incoming incoming ->
                new Incoming(incoming.from(), withCandidates(incoming.ice(), world.mallorysAddress()));
            case IceCandidates ice -> withCandidates(ice, world.mallorysAddress());
            default -> message;
        });
        world.callAndExpectFailure();
        assertThat(ofMallory.datagrams()).as("checks were sent there").isNotEmpty();
        assertThat(ofMallory.contains(CANARY.getBytes(StandardCharsets.UTF_8))).isFalse();
    }

    private static PeerParameters signed(PeerParameters real, Octets capabilities, Octets signature) {
        return new PeerParameters(
                real.rendezvousNonce(),
                real.ufrag(),
                real.pwd(),
                real.rxIndex(),
                capabilities,
                signature,
                real.natKind());
    }

    private static PeerParameters unsigned(PeerParameters real, Octets nonce, String ufrag, String pwd, long rxIndex) {
        return new PeerParameters(
                nonce, ufrag, pwd, rxIndex, real.capabilities(), real.capabilitiesSignature(), real.natKind());
    }

    private static IceCandidates withOtherReceiverIndex(IceCandidates ice) {
        PeerParameters real = ice.parameters();
        PeerParameters other = unsigned(real, real.rendezvousNonce(), real.ufrag(), real.pwd(), real.rxIndex() ^ 1);
        return new IceCandidates(ice.session(), other, ice.candidates(), ice.endOfCandidates());
    }

    private static IceCandidates inSession(IceCandidates ice, SessionId session) {
        return new IceCandidates(session, ice.parameters(), ice.candidates(), ice.endOfCandidates());
    }

    private static IceCandidates withCandidates(IceCandidates ice, TransportAddress address) {
        IceCandidate theirs = new IceCandidate("1", CandidateType.HOST, 1_000_000, address, null);
        return new IceCandidates(ice.session(), ice.parameters(), List.of(theirs), ice.endOfCandidates());
    }

    private static Octets flipped(Octets octets) {
        byte[] bytes = octets.toByteArray();
        bytes[bytes.length / 2] ^= 1;
        return Octets.of(bytes);
    }

    /** Two honest peers, and Mallory, who is a peer too and has the server on her side. */
    private final class World {
        private final Call call;
        private final Internet.PeerSite mallorySite;
        private final PeerNode mallory;
        private PeerParameters mallorysParameters;

        private World(long seed) {
            call = new Call(simulations.internet(seed), Sites.HOME, Sites.HOME);
            mallorySite = call.internet().site("mallory", new Site.Public());
            mallory = new PeerNode(
                    call.internet(),
                    call.server(),
                    mallorySite,
                    Identity.generate(call.internet().network().randomGenerator()),
                    IceTransportPolicy.ALL);
            // Mallory calls b once, in all honesty, so that the server has parameters that she really signed.
            call.server().rendezvous().tamperWith(message -> {
                if (message instanceof Incoming incoming) {
                    mallorysParameters = incoming.ice().parameters();
                }
                return message;
            });
            call.run(Duration.ofSeconds(2));
            mallory.connect(call.b().peerId());
            call.run(Duration.ofSeconds(3));
            assertThat(call.b().incoming()).hasSize(1);
        }

        private TransportAddress mallorysAddress() {
            return new TransportAddress(mallorySite.external(), 40_000);
        }

        private void tamper(UnaryOperator<FromServer> tampering) {
            call.server().rendezvous().tamperWith(tampering);
        }

        private void callAndExpectFailure() {
            PeerConversation outgoing = call.a().connect(call.b().peerId());
            outgoing.send(CANARY);
            call.run(Duration.ofMillis(300));
            for (PeerConversation offered : call.b().incoming()) {
                offered.send(CANARY);
            }
            call.run(PeerNode.CONNECT_TIMEOUT.plusSeconds(20));

            assertThat(outgoing.isEstablished()).as("established by a").isFalse();
            assertThat(outgoing.failure()).as("failure of a").isNotNull();
            List<PeerConversation> others =
                    call.b().incoming().subList(1, call.b().incoming().size());
            assertThat(others).as("established by b").noneMatch(PeerConversation::isEstablished);
            assertThat(others).allMatch(conversation -> conversation.failure() != null);
            assertThat(call.server().saw(CANARY))
                    .as("the server saw the canary")
                    .isFalse();
        }
    }
}
