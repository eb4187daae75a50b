package io.rift.server.address;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveRelaysTest {

    private static final TransportAddress EXTERNAL = TransportAddress.parse("198.51.100.7:50000");
    private static final TransportAddress BOUND = TransportAddress.parse("10.0.0.5:50000");

    private final LiveRelays relays = new LiveRelays(Set.of(EXTERNAL.ip(), BOUND.ip()));

    @Test
    void aRelayLivesFromItsOpeningToItsClosing() {
        assertThat(relays.isLive(EXTERNAL)).isFalse();
        relays.add(EXTERNAL, BOUND);
        assertThat(relays.isLive(EXTERNAL)).isTrue();
        assertThat(relays.size()).isEqualTo(1);
        relays.remove(EXTERNAL, BOUND);
        assertThat(relays.isLive(EXTERNAL)).isFalse();
        assertThat(relays.size()).isZero();
    }

    @Test
    void aRelayIsNotLiveAtTheAddressThatItIsBoundTo() {
        relays.add(EXTERNAL, BOUND);
        assertThat(relays.isLive(BOUND)).isFalse();
    }

    @Test
    void bothAddressesOfARelayLeadToEachOther() {
        relays.add(EXTERNAL, BOUND);
        assertThat(relays.bound(EXTERNAL)).isEqualTo(BOUND);
        assertThat(relays.external(BOUND)).isEqualTo(EXTERNAL);
        relays.remove(EXTERNAL, BOUND);
        assertThat(relays.bound(EXTERNAL)).isNull();
        assertThat(relays.external(BOUND)).isNull();
    }

    @Test
    void relaysForUdpAndForTcpHaveNothingToDoWithEachOther() {
        relays.add(EXTERNAL, BOUND);
        assertThat(relays.isLiveTcp(EXTERNAL)).isFalse();
        assertThat(relays.boundTcp(EXTERNAL)).isNull();
        relays.addTcp(EXTERNAL, BOUND);
        relays.remove(EXTERNAL, BOUND);
        assertThat(relays.isLive(EXTERNAL)).isFalse();
        assertThat(relays.isLiveTcp(EXTERNAL)).isTrue();
        assertThat(relays.boundTcp(EXTERNAL)).isEqualTo(BOUND);
        assertThat(relays.externalTcp(BOUND)).isEqualTo(EXTERNAL);
        relays.removeTcp(EXTERNAL, BOUND);
        assertThat(relays.size()).isZero();
    }

    @Test
    void onlyAddressesOfTheNodeAreItsOwn() {
        assertThat(relays.isOwn(BOUND.ip())).isTrue();
        assertThat(relays.isOwn(IpAddress.parse("10.0.0.6"))).isFalse();
    }

    @Test
    void addressesThatTheNodeGainsAreItsOwnBesideThoseThatItHad() {
        assertThat(relays.addOwn(List.of(IpAddress.parse("10.0.0.6"), BOUND.ip())))
                .containsExactly(IpAddress.parse("10.0.0.6"));
        assertThat(relays.addOwn(Set.of(IpAddress.parse("10.0.0.6")))).isEmpty();
        assertThat(relays.isOwn(IpAddress.parse("10.0.0.6"))).isTrue();
        assertThat(relays.isOwn(BOUND.ip())).isTrue();
        assertThat(relays.isOwnIpv4((int) IpAddress.parse("10.0.0.6").low())).isTrue();
        assertThat(relays.isOwnIpv4((int) BOUND.ip().low())).isTrue();
        assertThat(relays.isOwnIpv4((int) IpAddress.parse("10.0.0.7").low())).isFalse();
    }
}
