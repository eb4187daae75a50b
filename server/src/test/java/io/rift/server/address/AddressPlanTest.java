package io.rift.server.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rift.protocol.IpAddress;
import io.rift.protocol.IpAddress.Family;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.TurnProperties;
import io.rift.server.core.turn.PortRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AddressPlanTest {

    private static final HostAddresses HOST = new HostAddresses(
            ips("127.0.0.1", "172.17.0.1", "192.0.2.2", "192.0.2.3", "::1", "2001:db8::2"),
            ips("127.0.0.1", "172.17.0.1", "192.0.2.2", "::1", "2001:db8::2"),
            ip("192.0.2.2"),
            ip("2001:db8::2"));

    private static final HostAddresses LONELY_HOST = new HostAddresses(ips("127.0.0.1"), ips("127.0.0.1"), null, null);

    @Test
    void theWildcardIsEveryAddressAndTheMainOneIsAnnounced() {
        AddressPlan plan = plan(HOST, "0.0.0.0", "");
        assertThat(plan.listeners())
                .containsExactly(
                        listener("127.0.0.1", "192.0.2.2", "192.0.2.2"),
                        listener("172.17.0.1", "172.17.0.1", "172.17.0.1"),
                        listener("192.0.2.2", "192.0.2.2", "192.0.2.2"));
        assertThat(plan.announced()).isEqualTo(ips("192.0.2.2"));
    }

    @Test
    void aMachineWithoutNetworkRelaysOnLoopback() {
        AddressPlan plan = plan(LONELY_HOST, "0.0.0.0", "");
        assertThat(plan.listeners()).containsExactly(listener("127.0.0.1", "127.0.0.1", "127.0.0.1"));
        assertThat(plan.announced()).isEqualTo(ips("127.0.0.1"));
    }

    @Test
    void aLoopbackAddressThatIsAskedForByNameIsUsedForRelaysToo() {
        assertThat(plan(HOST, "127.0.0.1", "").listeners())
                .containsExactly(listener("127.0.0.1", "127.0.0.1", "127.0.0.1"));
    }

    @Test
    void behindANatRelaysAreOpenedOnTheMainAddressAndKnownUnderTheExternalOne() {
        AddressPlan plan = plan(HOST, "0.0.0.0", "198.51.100.7");
        assertThat(plan.listeners())
                .containsExactly(
                        listener("127.0.0.1", "192.0.2.2", "198.51.100.7"),
                        listener("172.17.0.1", "192.0.2.2", "198.51.100.7"),
                        listener("192.0.2.2", "192.0.2.2", "198.51.100.7"));
        assertThat(plan.announced()).isEqualTo(ips("198.51.100.7"));
        assertThat(plan.listeners()).allMatch(Listener::isTranslated);
    }

    @Test
    void anExternalAddressOfThisMachineIsNoNat() {
        assertThat(plan(HOST, "0.0.0.0", "172.17.0.1").listeners())
                .allMatch(listener -> listener.relay().equals(ip("172.17.0.1")) && !listener.isTranslated());
    }

    @Test
    void eachBindAddressHasItsExternalAddress() {
        assertThat(plan(HOST, "172.17.0.1,192.0.2.2", "198.51.100.7,198.51.100.8")
                        .listeners())
                .containsExactly(
                        listener("172.17.0.1", "172.17.0.1", "198.51.100.7"),
                        listener("192.0.2.2", "192.0.2.2", "198.51.100.8"));
    }

    @Test
    void behindOneExternalAddressAllRelaysAreOpenedOnOneAddress() {
        assertThat(plan(HOST, "127.0.0.1,172.17.0.1,192.0.2.2", "198.51.100.7").listeners())
                .extracting(Listener::relay)
                .containsOnly(ip("172.17.0.1"));
    }

    @Test
    void bothFamiliesCanBeBound() {
        AddressPlan plan = plan(HOST, "0.0.0.0,::", "");
        assertThat(plan.listeners())
                .contains(
                        listener("192.0.2.2", "192.0.2.2", "192.0.2.2"),
                        listener("::1", "2001:db8::2", "2001:db8::2"),
                        listener("2001:db8::2", "2001:db8::2", "2001:db8::2"));
        assertThat(plan.announced()).isEqualTo(ips("192.0.2.2", "2001:db8::2"));
    }

    @Test
    void aClientIsToldTheAddressThatItUses() {
        AddressPlan plan = plan(HOST, "0.0.0.0", "");
        assertThat(plan.announcedTo(ip("172.17.0.1"))).isEqualTo(ips("172.17.0.1"));
        assertThat(plan.announcedTo(ip("127.0.0.1"))).isEqualTo(ips("192.0.2.2"));
        assertThat(plan.announcedTo(ip("203.0.113.5"))).isEqualTo(ips("192.0.2.2"));
    }

    @Test
    void everyAddressOfTheMachineIsItsOwnAndLoopbackOnlyWhereItIsUsed() {
        assertThat(plan(HOST, "172.17.0.1", "198.51.100.7").own())
                .containsExactlyInAnyOrderElementsOf(
                        ips("172.17.0.1", "192.0.2.2", "192.0.2.3", "2001:db8::2", "198.51.100.7"));
        assertThat(plan(HOST, "127.0.0.1", "").own()).contains(ip("127.0.0.1"));
    }

    @Test
    void anAddressWithoutACarrierIsTheNodesOwnThoughTheWildcardLeavesItOut() {
        AddressPlan plan = plan(HOST, "0.0.0.0", "");

        assertThat(plan.own()).contains(ip("192.0.2.3"));
        assertThat(plan.listeners()).noneMatch(listener -> listener.bind().equals(ip("192.0.2.3")));
    }

    @Test
    void contradictionsAreRefused() {
        assertRefused(HOST, "0.0.0.0", "198.51.100.7,198.51.100.8", "2 addresses for 1 bind addresses");
        assertRefused(HOST, "172.17.0.1,192.0.2.2", "198.51.100.7,198.51.100.7", "twice");
        assertRefused(HOST, "0.0.0.0", "2001:db8::7", "another address family");
        assertRefused(LONELY_HOST, "::", "", "no IPv6 address");
        List<IpAddress> many = new ArrayList<>();
        for (int i = 0; i <= AddressPlan.MAX_LISTENERS; i++) {
            many.add(IpAddress.ofIpv4(0xCB007100 + i));
        }
        assertRefused(new HostAddresses(many, many, many.getFirst(), null), "0.0.0.0", "", "name those to use");
    }

    private static void assertRefused(HostAddresses host, String bind, String external, String reason) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> plan(host, bind, external))
                .withMessageContaining(reason);
    }

    @Test
    void clientsOverOneFamilyShareTheRelayOfTheMainAddressOfTheOther() {
        assertThat(plan(HOST, "::,0.0.0.0", "").relayListeners())
                .extracting(Listener::relay)
                .containsExactly(ip("192.0.2.2"), ip("2001:db8::2"));
        assertThat(plan(HOST, "127.0.0.1,::1,192.0.2.2", "").relayListener(Family.IPV4))
                .isEqualTo(listener("192.0.2.2", "192.0.2.2", "192.0.2.2"));
        assertThat(plan(HOST, "::", "").relayListener(Family.IPV4)).isNull();
        assertThat(plan(HOST, "0.0.0.0", "").relayListener(Family.IPV6)).isNull();
    }

    @Test
    void aFamilyIsRelayedWhereItIsBound() {
        assertThat(plan(HOST, "0.0.0.0", "").relayFamilies()).containsExactly(Family.IPV4);
        assertThat(plan(HOST, "::", "").relayFamilies()).containsExactly(Family.IPV6);
        assertThat(plan(HOST, "::,127.0.0.1", "").relayFamilies()).containsExactly(Family.IPV4, Family.IPV6);
    }

    @Test
    void eachFamilyHasItsOwnExternalAddresses() {
        assertThat(plan(HOST, "192.0.2.2,2001:db8::2", "2001:db8::77,198.51.100.7")
                        .listeners())
                .containsExactly(
                        listener("192.0.2.2", "192.0.2.2", "198.51.100.7"),
                        listener("2001:db8::2", "2001:db8::2", "2001:db8::77"));
        assertThat(plan(HOST, "172.17.0.1,2001:db8::2,192.0.2.2", "198.51.100.7,198.51.100.8")
                        .listeners())
                .containsExactly(
                        listener("172.17.0.1", "172.17.0.1", "198.51.100.7"),
                        listener("2001:db8::2", "2001:db8::2", "2001:db8::2"),
                        listener("192.0.2.2", "192.0.2.2", "198.51.100.8"));
    }

    private static AddressPlan plan(HostAddresses host, String bind, String external) {
        TurnProperties settings = new TurnProperties(
                3478,
                parsed(bind),
                parsed(external),
                "rift",
                Map.of(),
                List.of(),
                List.of(),
                PortRange.DYNAMIC,
                List.of(),
                List.of(),
                1,
                1,
                3600,
                0x4FFF,
                1);
        return AddressPlan.of(settings, host);
    }

    private static List<IpAddress> parsed(String commaSeparated) {
        return commaSeparated.isEmpty() ? List.of() : ips(commaSeparated.split(","));
    }

    private static Listener listener(String bind, String relay, String external) {
        return new Listener(ip(bind), ip(relay), ip(external));
    }

    private static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }

    private static List<IpAddress> ips(String... texts) {
        return List.of(texts).stream().map(IpAddress::parse).toList();
    }
}
