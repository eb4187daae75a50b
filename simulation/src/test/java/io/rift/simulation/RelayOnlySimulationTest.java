package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.peer.core.secure.Identity;
import io.rift.peer.core.session.IceTransportPolicy;
import io.rift.protocol.IpAddress;
import io.rift.simulation.network.Capture;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that hide their addresses from each other: {@link IceTransportPolicy#RELAY}. */
class RelayOnlySimulationTest {
    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingPassesBetweenThemButThroughTheServerAndItReadsNothing(long seed) {
        Call call = new Call(
                simulations.internet(seed),
                new Site.Public(),
                new Site.Public(),
                Internet.ACCESS,
                Internet.ACCESS,
                IceTransportPolicy.RELAY);
        Capture ofA = call.siteA().host().startCapture();
        Capture ofB = call.siteB().host().startCapture();

        call.connect();
        call.exchange(50);
        call.run(Duration.ofMinutes(2));
        call.exchange(50);

        assertThat(call.outgoing().pathKinds()).containsOnly(PathKind.RELAY);
        assertThat(call.incoming().pathKinds()).containsOnly(PathKind.RELAY);
        IpAddress server = call.internet().server().address();
        assertThat(correspondents(ofA)).containsExactly(server);
        assertThat(correspondents(ofB)).containsExactly(server);
        call.assertThatTheServerReadNothing();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void neitherLearnsAnAddressOfTheOther(long seed) {
        Call call = new Call(
                simulations.internet(seed),
                Sites.HOME,
                Sites.HOME,
                Internet.ACCESS,
                Internet.ACCESS,
                IceTransportPolicy.RELAY);
        call.connect();
        call.exchange(3);
        call.run(Duration.ofSeconds(30));

        for (String text : call.server().rendezvous().texts()) {
            assertThat(text)
                    .doesNotContain("192.168.")
                    .doesNotContain(call.siteA().external().toString())
                    .doesNotContain(call.siteB().external().toString());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPeerThatIsOpenToDirectPathsReachesOneThatIsNot(long seed) {
        Internet internet = simulations.internet(seed);
        ServerNode server = new ServerNode(internet);
        PeerNode open = new PeerNode(internet, server, internet.site("open", Sites.HOME));
        Internet.PeerSite hiddenSite = internet.site("hidden", Sites.HOME);
        PeerNode hidden = new PeerNode(
                internet,
                server,
                hiddenSite,
                Identity.generate(internet.network().randomGenerator()),
                IceTransportPolicy.RELAY);
        Capture ofHidden = hiddenSite.host().startCapture();
        internet.network().time().run(Duration.ofSeconds(2).toNanos());

        PeerConversation conversation = open.connect(hidden.peerId());
        internet.network().time().run(Duration.ofSeconds(5).toNanos());
        conversation.send("hello");
        internet.network().time().run(Duration.ofSeconds(60).toNanos());

        assertThat(conversation.isOpen()).isTrue();
        assertThat(hidden.incoming().getFirst().received()).containsExactly("hello");
        assertThat(correspondents(ofHidden)).containsExactly(internet.server().address());
    }

    private static Set<IpAddress> correspondents(Capture capture) {
        Set<IpAddress> addresses = new LinkedHashSet<>();
        for (Capture.Captured captured : capture.datagrams()) {
            addresses.add(
                    switch (captured.direction()) {
                        case IN -> captured.datagram().source().ip();
                        case OUT -> captured.datagram().destination().ip();
                    });
        }
        return addresses;
    }
}
