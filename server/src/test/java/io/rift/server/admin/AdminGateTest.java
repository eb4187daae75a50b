package io.rift.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.server.admin.AdminGate.Verdict;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdminGateTest {
    private static final String TOKEN = "correct horse battery";
    private static final String RIGHT = "Bearer " + TOKEN;
    private static final IpAddress ADDRESS = IpAddress.parse("192.0.2.1");

    private final AdminGate gate = new AdminGate(TOKEN);

    @Test
    void onlyTheTokenAdmits() {
        assertThat(judge(RIGHT, 0)).isEqualTo(Verdict.ADMITTED);
        assertThat(judge("bearer " + TOKEN, 0)).isEqualTo(Verdict.ADMITTED);
        for (String wrong :
                new String[] {null, "", TOKEN, "Basic " + TOKEN, RIGHT + "x", "Bearer ", "Bearer correct"}) {
            assertThat(judge(wrong, 0)).as(wrong).isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.refused()).isEqualTo(7);
    }

    @Test
    void whoGuessesIsToldToSlowDownAndTheRightTokenIsAdmittedAllTheSame() {
        for (int i = 0; i < AdminGate.BURST; i++) {
            assertThat(judge("Bearer guess " + i, 0)).isEqualTo(Verdict.REFUSED);
        }

        assertThat(judge("Bearer guess", 0)).isEqualTo(Verdict.SLOWED);
        assertThat(judge(RIGHT, 0)).isEqualTo(Verdict.ADMITTED);
        assertThat(gate.judge(IpAddress.parse("192.0.2.2"), "Bearer guess", 0)).isEqualTo(Verdict.REFUSED);
        assertThat(judge("Bearer guess", TimeUnit.SECONDS.toNanos(1))).isEqualTo(Verdict.REFUSED);
        assertThat(judge("Bearer guess", TimeUnit.SECONDS.toNanos(1))).isEqualTo(Verdict.SLOWED);
    }

    @Test
    void anIpv6HostGuessesFromOnePlaceHoweverManyAddressesItHas() {
        for (int i = 0; i < AdminGate.BURST; i++) {
            assertThat(gate.judge(IpAddress.ofIpv6(0x20010db8_00000001L, i), "Bearer guess", 0))
                    .isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.judge(IpAddress.ofIpv6(0x20010db8_00000001L, 99), "Bearer guess", 0))
                .isEqualTo(Verdict.SLOWED);
        assertThat(gate.judge(IpAddress.ofIpv6(0x20010db8_00000002L, 0), "Bearer guess", 0))
                .isEqualTo(Verdict.REFUSED);
    }

    @Test
    void theRightTokenCostsNothing() {
        for (int i = 0; i < 100; i++) {
            assertThat(judge(RIGHT, 0)).isEqualTo(Verdict.ADMITTED);
        }
    }

    @Test
    void aBoundedNumberOfAddressesIsRemembered() {
        for (int i = 0; i < AdminGate.BURST; i++) {
            judge("Bearer guess", 0);
        }
        for (int i = 0; i < AdminGate.MAX_ADDRESSES - 1; i++) {
            gate.judge(IpAddress.ofIpv4(i), "Bearer guess", 0);
        }
        assertThat(judge("Bearer guess", 0)).isEqualTo(Verdict.SLOWED);
        gate.judge(IpAddress.ofIpv4(-1), "Bearer guess", 0);
        assertThat(judge("Bearer guess", 0)).isEqualTo(Verdict.REFUSED);
    }

    private Verdict judge(String authorization, long nowNanos) {
        return gate.judge(ADDRESS, authorization, nowNanos);
    }
}
