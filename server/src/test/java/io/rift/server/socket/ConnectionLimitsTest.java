package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
    private static final IpAddress IPV4 = IpAddress.parse("192.0.2.1");

    private final ConnectionLimits limits =
            new ConnectionLimits(new ConnectionBounds(3, 2, 1, Duration.ofSeconds(1), Duration.ofSeconds(1)));

    @Test
    void thereAreOnlySoManyInAllAndWhoLeavesMakesRoom() {
        for (int i = 0; i < 3; i++) {
            assertThat(limits.enter()).isTrue();
        }

        assertThat(limits.enter()).isFalse();
        assertThat(limits.enter()).as("who was refused takes no place").isFalse();
        limits.leave();
        assertThat(limits.enter()).isTrue();
    }

    @Test
    void oneAddressHasOnlySoManyAndIsForgottenWhenTheLastOneLeaves() {
        assertThat(limits.enterFrom(IPV4)).isTrue();
        assertThat(limits.enterFrom(IPV4)).isTrue();

        assertThat(limits.enterFrom(IPV4)).isFalse();
        assertThat(limits.enterFrom(IpAddress.parse("192.0.2.2"))).isTrue();
        limits.leaveFrom(IPV4);
        assertThat(limits.enterFrom(IPV4)).isTrue();
        limits.leaveFrom(IPV4);
        limits.leaveFrom(IPV4);
        assertThat(limits.origins()).isEqualTo(1);
    }

    @Test
    void anIpv6HostIsOneAddressHoweverManyItHas() {
        assertThat(limits.enterFrom(IpAddress.parse("2001:db8:0:1::1"))).isTrue();
        assertThat(limits.enterFrom(IpAddress.parse("2001:db8:0:1::2"))).isTrue();

        assertThat(limits.enterFrom(IpAddress.parse("2001:db8:0:1:ffff::3"))).isFalse();
        assertThat(limits.enterFrom(IpAddress.parse("2001:db8:0:2::1"))).isTrue();
    }
}
