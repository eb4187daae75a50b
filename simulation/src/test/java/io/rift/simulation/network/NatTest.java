package io.rift.simulation.network;

import static io.rift.simulation.network.NatBehavior.Filtering;
import static io.rift.simulation.network.NatBehavior.Mapping;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NatTest {
    private static final Link LINK = Link.of(Duration.ofMillis(1));
    private static final NatBehavior PORT_RESTRICTED =
            NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_AND_PORT_DEPENDENT);

    private final Network network = new Network(11);
    private final Realm lan = network.realm("lan");
    private final Host client = network.host("client", lan, "10.0.0.2", LINK);
    private final Host neighbour = network.host("neighbour", lan, "10.0.0.3", LINK);
    private final Host one = network.host("one", network.internet(), "192.0.2.1", LINK);
    private final Host two = network.host("two", network.internet(), "192.0.2.2", LINK);
    private final List<TransportAddress> seenByClient = new ArrayList<>();
    private final Host.UdpSocket inside = client.bind(5_000, (source, payload) -> seenByClient.add(source));
    private final Remote oneA = new Remote(one, 1);
    private final Remote oneB = new Remote(one, 2);
    private final Remote twoA = new Remote(two, 1);

    @Nested
    class MappingBehaviour {
        @Test
        void endpointIndependentMappingUsesOneExternalEndpointForEverybody() {
            nat(NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT));
            assertThat(mappingsTowards(oneA, oneB, twoA)).hasSize(1);
        }

        @Test
        void addressDependentMappingUsesOneForEachRemoteAddress() {
            nat(NatBehavior.of(Mapping.ADDRESS_DEPENDENT, Filtering.ENDPOINT_INDEPENDENT));
            assertThat(mappingsTowards(oneA, oneB)).hasSize(1);
            assertThat(mappingsTowards(oneA, twoA)).hasSize(2);
        }

        @Test
        void addressAndPortDependentMappingUsesOneForEachRemoteEndpoint() {
            nat(NatBehavior.of(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ENDPOINT_INDEPENDENT));
            assertThat(mappingsTowards(oneA, oneB, twoA)).hasSize(3);
        }

        @ParameterizedTest
        @EnumSource
        void aMappingStaysTheSameWhileItIsUsed(Mapping mapping) {
            nat(NatBehavior.of(mapping, Filtering.ENDPOINT_INDEPENDENT).withMappingTimeout(Duration.ofSeconds(30)));
            Set<TransportAddress> seen = new LinkedHashSet<>();
            for (int i = 0; i < 10; i++) {
                seen.add(externalTowards(oneA));
                run(Duration.ofSeconds(29));
            }
            assertThat(seen).hasSize(1);
        }

        @Test
        void twoInternalEndpointsNeverShareAnExternalOne() {
            nat(PORT_RESTRICTED);
            TransportAddress mine = externalTowards(oneA);
            neighbour.bind(5_000, (source, payload) -> {}).send(oneA.address(), new byte[1]);
            run(Duration.ofSeconds(1));
            assertThat(oneA.seen().getLast().ip()).isEqualTo(mine.ip());
            assertThat(oneA.seen().getLast()).isNotEqualTo(mine);
        }

        @Test
        void theExternalAddressIsTheOneOfTheNat() {
            nat(PORT_RESTRICTED);
            assertThat(externalTowards(oneA).ip()).hasToString("198.51.100.1");
        }
    }

    @Nested
    class FilteringBehaviour {
        @Test
        void endpointIndependentFilteringAdmitsEverybody() {
            nat(NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT));
            assertThat(admittedAfterSendingToOneA()).containsExactly(oneA.address(), oneB.address(), twoA.address());
        }

        @Test
        void addressDependentFilteringAdmitsOtherPortsOfTheSameAddress() {
            nat(NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ADDRESS_DEPENDENT));
            assertThat(admittedAfterSendingToOneA()).containsExactly(oneA.address(), oneB.address());
        }

        @Test
        void addressAndPortDependentFilteringAdmitsTheVeryEndpointOnly() {
            nat(PORT_RESTRICTED);
            assertThat(admittedAfterSendingToOneA()).containsExactly(oneA.address());
        }

        @Test
        void sendingThroughOneMappingDoesNotOpenAnother() {
            nat(NatBehavior.of(Mapping.ADDRESS_DEPENDENT, Filtering.ADDRESS_DEPENDENT));
            TransportAddress towardsOne = externalTowards(oneA);
            externalTowards(twoA);
            twoA.send(towardsOne);
            run(Duration.ofSeconds(1));
            assertThat(seenByClient).isEmpty();
        }

        @Test
        void aPermissionOfOneRemoteEndpointEndsThoughTheMappingLives() {
            nat(PORT_RESTRICTED.withMappingTimeout(Duration.ofSeconds(30)));
            TransportAddress external = externalTowards(oneA);
            run(Duration.ofSeconds(20));
            assertThat(externalTowards(twoA)).isEqualTo(external);
            run(Duration.ofSeconds(20));
            oneA.send(external);
            twoA.send(external);
            run(Duration.ofSeconds(1));
            assertThat(seenByClient).containsExactly(twoA.address());
        }

        private List<TransportAddress> admittedAfterSendingToOneA() {
            TransportAddress external = externalTowards(oneA);
            oneA.send(external);
            oneB.send(external);
            twoA.send(external);
            run(Duration.ofSeconds(1));
            return seenByClient;
        }
    }

    @Nested
    class PortAssignment {
        @Test
        void preservingKeepsTheInternalPortWhileItIsFree() {
            nat(PORT_RESTRICTED.withPorts(NatBehavior.PortAllocation.PRESERVING));
            assertThat(externalTowards(oneA).port()).isEqualTo(5_000);
            neighbour.bind(5_000, (source, payload) -> {}).send(oneA.address(), new byte[1]);
            run(Duration.ofSeconds(1));
            assertThat(oneA.seen().getLast().port()).isEqualTo(5_001);
        }

        @Test
        void sequentialHandsOutOnePortAfterTheOther() {
            nat(NatBehavior.of(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ENDPOINT_INDEPENDENT)
                    .withPorts(NatBehavior.PortAllocation.SEQUENTIAL));
            int first = externalTowards(oneA).port();
            assertThat(externalTowards(oneB).port()).isEqualTo(first + 1);
            assertThat(externalTowards(twoA).port()).isEqualTo(first + 2);
        }

        @Test
        void randomPortsFollowNoOrder() {
            nat(NatBehavior.of(Mapping.ADDRESS_AND_PORT_DEPENDENT, Filtering.ENDPOINT_INDEPENDENT));
            List<Integer> distances = new ArrayList<>();
            int last = externalTowards(oneA).port();
            for (int port = 100; port < 110; port++) {
                int next = externalTowards(new Remote(two, port)).port();
                distances.add(next - last);
                last = next;
            }
            assertThat(distances).doesNotHaveDuplicates();
        }
    }

    @Nested
    class MappingTimeout {
        private final NatBehavior thirtySeconds = PORT_RESTRICTED.withMappingTimeout(Duration.ofSeconds(30));

        @Test
        void anUnusedMappingLetsNobodyInAfterItsTimeout() {
            nat(thirtySeconds);
            TransportAddress external = externalTowards(oneA);
            run(Duration.ofSeconds(29));
            oneA.send(external);
            run(Duration.ofSeconds(31));
            oneA.send(external);
            run(Duration.ofSeconds(1));
            assertThat(seenByClient).hasSize(1);
        }

        @Test
        void afterItsTimeoutTheSameEndpointGetsAnotherMapping() {
            nat(thirtySeconds);
            TransportAddress before = externalTowards(oneA);
            run(Duration.ofSeconds(31));
            assertThat(externalTowards(oneA)).isNotEqualTo(before);
        }

        @Test
        void inboundTrafficKeepsAMappingAliveOnlyWithInboundRefresh() {
            nat(thirtySeconds);
            assertThat(receivedOverTwoMinutesOfInboundTraffic()).isEqualTo(6);
        }

        @Test
        void withoutInboundRefreshOnlyOutboundTrafficCounts() {
            nat(thirtySeconds.withInboundRefresh(false));
            assertThat(receivedOverTwoMinutesOfInboundTraffic()).isEqualTo(1);
        }

        @Test
        void aRebootedNatForgetsItsMappings() {
            Nat nat = nat(thirtySeconds);
            TransportAddress external = externalTowards(oneA);
            nat.reboot();
            oneA.send(external);
            run(Duration.ofSeconds(1));
            assertThat(seenByClient).isEmpty();
        }

        private int receivedOverTwoMinutesOfInboundTraffic() {
            TransportAddress external = externalTowards(oneA);
            for (int i = 0; i < 6; i++) {
                run(Duration.ofSeconds(20));
                oneA.send(external);
            }
            run(Duration.ofSeconds(1));
            return seenByClient.size();
        }
    }

    @Nested
    class Hairpinning {
        private final List<TransportAddress> seenByNeighbour = new ArrayList<>();
        private final Host.UdpSocket neighbouring =
                neighbour.bind(6_000, (source, payload) -> seenByNeighbour.add(source));

        @Test
        void withHairpinningANeighbourIsReachedAtItsExternalEndpointAndSeesOurs() {
            nat(NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT)
                    .withHairpinning(true));
            TransportAddress mine = externalTowards(oneA);
            TransportAddress theirs = externalOf(neighbouring, oneA);
            inside.send(theirs, new byte[1]);
            run(Duration.ofSeconds(1));
            assertThat(seenByNeighbour).containsExactly(mine);
        }

        @Test
        void theFilterHoldsForNeighboursToo() {
            nat(PORT_RESTRICTED.withHairpinning(true));
            TransportAddress mine = externalTowards(oneA);
            TransportAddress theirs = externalOf(neighbouring, oneA);
            inside.send(theirs, new byte[1]);
            run(Duration.ofSeconds(1));
            assertThat(seenByNeighbour).isEmpty();
            neighbouring.send(mine, new byte[1]);
            run(Duration.ofSeconds(1));
            inside.send(theirs, new byte[1]);
            run(Duration.ofSeconds(1));
            assertThat(seenByNeighbour).containsExactly(mine);
            assertThat(seenByClient).containsExactly(theirs);
        }

        @Test
        void withoutHairpinningItIsDropped() {
            nat(NatBehavior.of(Mapping.ENDPOINT_INDEPENDENT, Filtering.ENDPOINT_INDEPENDENT));
            TransportAddress theirs = externalOf(neighbouring, oneA);
            inside.send(theirs, new byte[1]);
            run(Duration.ofSeconds(1));
            assertThat(seenByNeighbour).isEmpty();
        }

        private TransportAddress externalOf(Host.UdpSocket socket, Remote remote) {
            socket.send(remote.address(), new byte[1]);
            run(Duration.ofMillis(100));
            return remote.seen().getLast();
        }
    }

    @Test
    void neighboursReachEachOtherWithoutTheNat() {
        nat(PORT_RESTRICTED);
        neighbour.bind(1, (source, payload) -> {}).send(inside.local(), new byte[1]);
        run(Duration.ofSeconds(1));
        assertThat(seenByClient).hasToString("[10.0.0.3:1]");
    }

    @Test
    void aNatBehindACarriersNatTranslatesTwice() {
        Realm carrier = network.realm("carrier");
        network.nat("home", PORT_RESTRICTED, lan, carrier, "100.64.0.9", LINK);
        network.nat("carrier nat", PORT_RESTRICTED, carrier, network.internet(), "198.51.100.99", LINK);

        TransportAddress external = externalTowards(oneA);
        assertThat(external.ip()).hasToString("198.51.100.99");
        oneA.send(external);
        twoA.send(external);
        run(Duration.ofSeconds(1));
        assertThat(seenByClient).containsExactly(oneA.address());
    }

    @Test
    void aPrivateAddressOfAnotherLanGoesNowhere() {
        nat(PORT_RESTRICTED);
        inside.send(TransportAddress.parse("10.9.9.9:1"), new byte[1]);
        run(Duration.ofSeconds(1));
        assertThat(network.trace().last(3)).contains("NO_ROUTE");
    }

    private Nat nat(NatBehavior behavior) {
        return network.nat("nat", behavior, lan, network.internet(), "198.51.100.1", LINK);
    }

    private Set<TransportAddress> mappingsTowards(Remote... remotes) {
        Set<TransportAddress> mappings = new LinkedHashSet<>();
        for (Remote remote : remotes) {
            mappings.add(externalTowards(remote));
        }
        return mappings;
    }

    private TransportAddress externalTowards(Remote remote) {
        inside.send(remote.address(), new byte[1]);
        run(Duration.ofMillis(100));
        return remote.seen().getLast();
    }

    private void run(Duration duration) {
        network.time().run(duration.toNanos());
    }

    /** A socket on the Internet that remembers who sent to it. */
    private static final class Remote {
        private final List<TransportAddress> seen = new ArrayList<>();
        private final Host.UdpSocket socket;

        private Remote(Host host, int port) {
            socket = host.bind(port, (source, payload) -> seen.add(source));
        }

        private TransportAddress address() {
            return socket.local();
        }

        private List<TransportAddress> seen() {
            return seen;
        }

        private void send(TransportAddress destination) {
            socket.send(destination, new byte[1]);
        }
    }
}
