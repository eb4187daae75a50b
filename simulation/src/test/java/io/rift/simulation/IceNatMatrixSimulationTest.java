package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.ice.Role;
import io.rift.peer.core.path.PathKind;
import io.rift.peer.core.turn.TurnCredentials;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.TurnServerConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Two ICE agents with their TURN clients, without rendezvous and encryption, across every pair of NATs. */
class IceNatMatrixSimulationTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    @RegisterExtension
    final Simulations simulations = new Simulations();

    static Stream<Arguments> pairsAndSeeds() {
        return Simulations.seeds(1)
                .boxed()
                .flatMap(seed -> NatKinds.pairs().stream().map(pair -> Arguments.of(pair, seed)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pairsAndSeeds")
    void theAgentsFindTheBestPathThatTheNatsAllow(NatKinds.Pair pair, long seed) {
        Internet internet = simulations.internet(seed);
        TurnServerNode server = new TurnServerNode(
                internet.server(),
                internet.network().time(),
                List.of(3478, 3479),
                TurnServerConfig.defaults(),
                new Authenticator(
                        "rift",
                        Map.of("user", "password"),
                        SharedSecrets.none(),
                        new Nonces(List.of(new byte[16]), 600)),
                PeerPolicy.of(List.of(Cidr.parse("203.0.113.0/24"), Cidr.parse("192.0.2.0/24")), List.of()),
                internet.network().randomGenerator());
        IceNode a = node(internet, "a", pair.a().site(), server, Role.CONTROLLING);
        IceNode b = node(internet, "b", pair.b().site(), server, Role.CONTROLLED);

        a.start(b, server.listeners());
        b.start(a, server.listeners());
        internet.network().time().run(10 * SECOND);

        assertThat(a.failure()).isNull();
        assertThat(b.failure()).isNull();
        assertThat(a.selectedPair()).isNotNull();
        assertThat(b.selectedPair()).isNotNull();
        boolean direct = a.selectedPair().pathKind() != PathKind.RELAY;
        assertThat(direct)
                .as("direct by %s", a.selectedPair())
                .isEqualTo(pair.expected().isDirectToday());

        for (int i = 0; i < 20; i++) {
            a.send("from a " + i);
            b.send("from b " + i);
        }
        internet.network().time().run(SECOND);
        assertThat(a.received()).hasSize(20).contains("from b 19");
        assertThat(b.received()).hasSize(20).contains("from a 19");
    }

    private static IceNode node(Internet internet, String name, Site site, TurnServerNode server, Role role) {
        TransportAddress turn = server.listeners().getFirst();
        return new IceNode(
                internet.network().time(),
                internet.site(name, site).host(),
                turn,
                new TurnCredentials("user", "password"),
                role,
                internet.network().randomGenerator());
    }
}
