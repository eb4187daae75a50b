package io.rift.server.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rift.protocol.IpAddress;
import io.rift.server.config.ConfigurationException;
import io.rift.server.config.StunProperties;
import io.rift.server.core.discovery.DiscoveryAddresses;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DiscoveryPlanTest {

    @Test
    void thereIsNoneUnlessItIsSwitchedOn() {
        AddressPlan plan = plan("192.0.2.2", listener("192.0.2.2"), listener("192.0.2.3"));
        assertThat(DiscoveryPlan.of(new StunProperties.Discovery(false, ip("192.0.2.3")), List.of(), plan))
                .isNull();
    }

    @Test
    void theSecondBindAddressIsTheSecondAddressUnlessAnotherIsNamed() {
        AddressPlan plan = plan("192.0.2.2", listener("192.0.2.2"), listener("192.0.2.3"), listener("192.0.2.4"));

        assertThat(discovery(plan, null, "192.0.2.2", "2001:db8::2", "192.0.2.3"))
                .isEqualTo(new DiscoveryPlan(listener("192.0.2.2"), listener("192.0.2.3")));
        assertThat(discovery(plan, "192.0.2.4", "192.0.2.2", "192.0.2.3"))
                .isEqualTo(new DiscoveryPlan(listener("192.0.2.2"), listener("192.0.2.4")));
    }

    @Test
    void ofAWildcardTheFirstAddressIsTheOneThatPeersAreTold() {
        Listener loopback = new Listener(ip("127.0.0.1"), ip("192.0.2.2"), ip("192.0.2.2"));
        AddressPlan plan = plan("192.0.2.2", loopback, listener("172.17.0.1"), listener("192.0.2.2"));

        assertThat(discovery(plan, "172.17.0.1", "0.0.0.0"))
                .isEqualTo(new DiscoveryPlan(listener("192.0.2.2"), listener("172.17.0.1")));
    }

    @Test
    void clientsAreToldTheExternalAddresses() {
        Listener one = new Listener(ip("10.0.0.1"), ip("10.0.0.1"), ip("198.51.100.7"));
        Listener two = new Listener(ip("10.0.0.2"), ip("10.0.0.2"), ip("198.51.100.8"));
        DiscoveryPlan discovery = discovery(plan("198.51.100.7", one, two), null, "10.0.0.1", "10.0.0.2");

        assertThat(discovery == null ? null : discovery.at(3478, 3479))
                .isEqualTo(new DiscoveryAddresses(
                        new DiscoveryAddresses.Host(ip("10.0.0.1"), ip("198.51.100.7")),
                        new DiscoveryAddresses.Host(ip("10.0.0.2"), ip("198.51.100.8")),
                        3478,
                        3479));
    }

    @Test
    void whatClientsCannotTellApartIsRefused() {
        AddressPlan one = plan("192.0.2.2", listener("192.0.2.2"), listener("2001:db8::2"));
        assertRefused(one, null, "needs a second IP address, so set rift.stun.discovery.second-address");
        assertRefused(one, "192.0.2.3", "192.0.2.3: this server does not listen there");
        assertRefused(one, "192.0.2.2", "192.0.2.2: is the only address of its family here");
        AddressPlan oneOutside = plan(
                "198.51.100.7",
                new Listener(ip("10.0.0.1"), ip("10.0.0.1"), ip("198.51.100.7")),
                new Listener(ip("10.0.0.2"), ip("10.0.0.1"), ip("198.51.100.7")));
        assertRefused(oneOutside, "10.0.0.2", "clients know it as 198.51.100.7, like 10.0.0.1");
    }

    private static void assertRefused(AddressPlan plan, @Nullable String second, String reason) {
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> discovery(plan, second, "192.0.2.2"))
                .withMessageContaining(reason);
    }

    private static @Nullable DiscoveryPlan discovery(
            AddressPlan plan, @Nullable String second, String... bindAddresses) {
        return DiscoveryPlan.of(
                new StunProperties.Discovery(true, second == null ? null : ip(second)),
                Stream.of(bindAddresses).map(IpAddress::parse).toList(),
                plan);
    }

    private static AddressPlan plan(String announced, Listener... listeners) {
        return new AddressPlan(List.of(listeners), List.of(ip(announced)), Set.of());
    }

    private static Listener listener(String address) {
        return new Listener(ip(address), ip(address), ip(address));
    }

    private static IpAddress ip(String text) {
        return IpAddress.parse(text);
    }
}
