package io.rift.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.turn.TurnCredentials;
import io.rift.peer.core.turn.TurnOutput;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.auth.TimeLimitedCredential;
import io.rift.simulation.network.Host;
import io.rift.simulation.network.Link;
import io.rift.simulation.network.NatBehavior;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real TURN client against the real TURN server. */
class TurnSimulationTest {
    private static final Site SYMMETRIC = Site.behind(
            NatBehavior.Mapping.ADDRESS_AND_PORT_DEPENDENT, NatBehavior.Filtering.ADDRESS_AND_PORT_DEPENDENT);

    @RegisterExtension
    final Simulations simulations = new Simulations();

    static LongStream seeds() {
        return Simulations.seeds(1, 2, 3);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void dataFlowsBothWaysAsIndicationsAndThroughAChannel(long seed) {
        World world = new World(seed, Internet.ACCESS);
        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        world.client.permit(world.echo.local());
        world.run(Duration.ofSeconds(1));

        assertThat(world.client.send(world.echo.local(), "one")).isTrue();
        world.run(Duration.ofSeconds(1));
        world.client.bindChannel(world.echo.local());
        world.run(Duration.ofSeconds(1));
        assertThat(world.client.send(world.echo.local(), "four")).isTrue();
        world.run(Duration.ofSeconds(1));

        assertThat(world.echoed)
                .containsExactly(world.client.relayedAddress() + " one", world.client.relayedAddress() + " four");
        assertThat(world.client.received())
                .containsExactly(world.echo.local() + " echo one", world.echo.local() + " echo four");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anAllocationInUseOutlivesNoncesPermissionsAndChannelsForAnHour(long seed) {
        World world = new World(seed, Internet.ACCESS);
        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        world.client.bindChannel(world.echo.local());
        world.run(Duration.ofSeconds(1));
        TransportAddress relayed = world.client.relayedAddress();
        for (int minute = 0; minute < 55; minute++) {
            assertThat(world.client.send(world.echo.local(), "at " + minute)).isTrue();
            world.run(Duration.ofMinutes(1));
        }

        assertThat(world.client.relayedAddress()).isEqualTo(relayed);
        assertThat(world.client.received()).hasSize(55);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aFifthOfLossEachWayCostsDataAndNothingElse(long seed) {
        World world = new World(
                seed, Internet.ACCESS.withLoss(0.2).withDuplication(0.05).withReordering(0.05));
        for (int minute = 0; minute < 55; minute++) {
            // Seven tries of one request fail once in 1,300 times at this loss; then the caller has to ask again.
            world.client.allocate();
            world.run(Duration.ofSeconds(30));
            world.client.bindChannel(world.echo.local());
            world.client.send(world.echo.local(), "at " + minute);
            world.run(Duration.ofSeconds(30));
        }
        assertThat(world.client.received().size()).isGreaterThan(15);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void twoClientsReachEachOtherRelayToRelayAtOneServer(long seed) {
        World world = new World(seed, Internet.ACCESS);
        TurnClientNode other = world.client("other");
        world.client.allocate();
        other.allocate();
        world.run(Duration.ofSeconds(1));
        world.client.permit(other.relayedAddress());
        other.bindChannel(world.client.relayedAddress());
        world.run(Duration.ofSeconds(1));

        world.client.send(other.relayedAddress(), "hello");
        other.send(world.client.relayedAddress(), "and hello to you");
        world.run(Duration.ofSeconds(1));

        assertThat(other.received()).containsExactly(world.client.relayedAddress() + " hello");
        assertThat(world.client.received()).containsExactly(other.relayedAddress() + " and hello to you");
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPrivatePeerIsRefused(long seed) {
        World world = new World(seed, Internet.ACCESS);
        TransportAddress privatePeer = TransportAddress.parse("10.0.0.1:80");
        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        world.client.permit(privatePeer);
        world.run(Duration.ofSeconds(1));

        assertThat(world.client.events()).contains(new TurnOutput.PermissionRefused(privatePeer.ip(), 403));
        assertThat(world.client.send(privatePeer, "x")).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aClosedAllocationIsGoneAtTheServer(long seed) {
        World world = new World(seed, Internet.ACCESS);
        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        assertThat(world.server.turn().relayedAddresses()).containsExactly(world.client.relayedAddress());
        world.client.close();
        world.run(Duration.ofSeconds(1));

        assertThat(world.client.events()).contains(new TurnOutput.Closed());
        assertThat(world.server.turn().relayedAddresses()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anAbandonedAllocationEndsAfterItsLifetime(long seed) {
        World world = new World(seed, Internet.ACCESS);
        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        world.site.setAccess(Internet.ACCESS.withLoss(1));
        world.run(Duration.ofMinutes(11));
        assertThat(world.server.turn().relayedAddresses()).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aClientBehindARebootedNatGetsANewAllocation(long seed) {
        World world = new World(seed, Internet.ACCESS);
        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        TransportAddress before = world.client.relayedAddress();
        world.site.nat().reboot();
        world.run(Duration.ofMinutes(20));
        assertThat(world.client.events()).hasAtLeastOneElementOfType(TurnOutput.AllocationLost.class);

        world.client.allocate();
        world.run(Duration.ofSeconds(1));
        assertThat(world.client.relayedAddress()).isNotEqualTo(before);
    }

    /** A server, a client behind a symmetric NAT, and a public socket that echoes. */
    private final class World {
        private final Internet internet;
        private final ServerNode server;
        private final Internet.PeerSite site;
        private final TurnClientNode client;
        private final List<String> echoed = new ArrayList<>();
        private final Host.UdpSocket echo;

        private World(long seed, Link access) {
            internet = simulations.internet(seed);
            server = new ServerNode(internet);
            site = internet.site("client", SYMMETRIC, access);
            client = client(site.host());
            Host echoHost = internet.site("echo", new Site.Public()).host();
            List<Host.UdpSocket> self = new ArrayList<>();
            echo = echoHost.bind(7, (source, payload) -> {
                String text = StandardCharsets.US_ASCII.decode(payload).toString();
                echoed.add(source + " " + text);
                self.getFirst().send(source, ("echo " + text).getBytes(StandardCharsets.US_ASCII));
            });
            self.add(echo);
        }

        private TurnClientNode client(String name) {
            return client(internet.site(name, SYMMETRIC).host());
        }

        private TurnClientNode client(Host host) {
            TimeLimitedCredential credential = new SharedSecrets(List.of(ServerNode.SHARED_SECRET))
                    .issue(host.name(), internet.network().time().wallSeconds() + 3600);
            return new TurnClientNode(
                    internet.network().time(),
                    host,
                    server.turn().listeners().getFirst(),
                    new TurnCredentials(credential.username(), credential.password()),
                    internet.network().randomGenerator());
        }

        private void run(Duration duration) {
            internet.network().time().run(duration.toNanos());
        }
    }
}
