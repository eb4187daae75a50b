package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import io.rift.simulation.network.NatBehavior;
import io.rift.simulation.network.NatBehavior.Filtering;
import io.rift.simulation.network.NatBehavior.Mapping;
import io.rift.simulation.network.Realm;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers that share a network or a carrier, and such whose private addresses are the same by chance. */
class TopologySimulationTest {
    private static final NatBehavior CARRIER =
            NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT);

    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void twoPeersInOneLanUseTheLan(long seed) {
        Internet internet = simulations.internet(seed);
        ServerNode server = new ServerNode(internet);
        Internet.PeerSite site = internet.site("a", Sites.OFFICE);
        Internet.PeerSite neighbour = internet.neighbour("b", site);
        assertThat(pathBetween(internet, server, site, neighbour)).isEqualTo(PathKind.HOST);
    }

    /** Both have 192.168.1.2, so each other's host candidate leads to oneself. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theSamePrivateAddressOnBothSidesMisleadsNobody(long seed) {
        Internet internet = simulations.internet(seed);
        ServerNode server = new ServerNode(internet);
        Internet.PeerSite a = internet.site("a", Sites.HOME);
        Internet.PeerSite b = internet.site("b", Sites.HOME);
        assertThat(a.host().address()).isEqualTo(b.host().address());
        assertThat(pathBetween(internet, server, a, b)).isEqualTo(PathKind.SRFLX);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void twoHomesOfOneCarrierMeetInItsNatWhenThatHairpins(long seed) {
        assertThat(pathBehindOneCarrier(seed, CARRIER.withHairpinning(true))).isEqualTo(PathKind.SRFLX);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void twoHomesOfOneCarrierThatDoesNotHairpinAreRelayed(long seed) {
        assertThat(pathBehindOneCarrier(seed, CARRIER)).isEqualTo(PathKind.RELAY);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void homesOfTwoCarriersAreJoinedThroughFourNats(long seed) {
        Internet internet = simulations.internet(seed);
        ServerNode server = new ServerNode(internet);
        Internet.PeerSite a = internet.siteBehindCarrier("a", Sites.HOME, internet.carrier("carrier of a", CARRIER));
        Internet.PeerSite b = internet.siteBehindCarrier("b", Sites.HOME, internet.carrier("carrier of b", CARRIER));
        assertThat(pathBetween(internet, server, a, b)).isEqualTo(PathKind.SRFLX);
    }

    private PathKind pathBehindOneCarrier(long seed, NatBehavior behavior) {
        Internet internet = simulations.internet(seed);
        ServerNode server = new ServerNode(internet);
        Realm carrier = internet.carrier("carrier", behavior);
        Internet.PeerSite a = internet.siteBehindCarrier("a", Sites.HOME, carrier);
        Internet.PeerSite b = internet.siteBehindCarrier("b", Sites.HOME, carrier);
        return pathBetween(internet, server, a, b);
    }

    private static PathKind pathBetween(
            Internet internet, ServerNode server, Internet.PeerSite siteA, Internet.PeerSite siteB) {
        PeerNode a = new PeerNode(internet, server, siteA);
        PeerNode b = new PeerNode(internet, server, siteB);
        internet.network().time().run(Duration.ofSeconds(2).toNanos());
        PeerConversation conversation = a.connect(b.peerId());
        internet.network().time().run(Duration.ofSeconds(5).toNanos());
        conversation.send("hello");
        internet.network().time().run(Duration.ofSeconds(1).toNanos());
        assertThat(b.incoming().getFirst().received()).containsExactly("hello");
        assertThat(b.incoming().getFirst().path().pathKind())
                .isEqualTo(conversation.path().pathKind());
        return conversation.path().pathKind();
    }
}
