package io.rift.server.core.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class TurnLimitsTest {
    private static final TurnLimits DEFAULTS = TurnLimits.DEFAULTS;

    @Test
    void refusesBoundsThatAreNone() {
        assertRefused(() -> DEFAULTS.withMaxAllocations(0), "allocation bound must be positive");
        assertRefused(() -> DEFAULTS.withMaxAllocationsPerUser(-1), "bound per user must be positive, not -1");
        assertRefused(() -> DEFAULTS.withPermissions(new Bounds(1, 1, 0)), "bounds are positive, not 1, 1, 0");
        assertRefused(() -> DEFAULTS.withChannels(new Bounds(1, 0, 1)), "bounds are positive, not 1, 0, 1");
    }

    @Test
    void refusesRatesThatAreNoneAndBurstsThatComeBackTooLate() {
        assertRefused(() -> new RateLimit(-1, 1), "out of range");
        assertRefused(() -> new RateLimit(1, 0), "out of range");
        assertRefused(() -> new RateLimit(1, RateLimit.MAX_BURST + 1), "out of range");
        assertRefused(() -> new RateLimit(1, 3601), "takes more than 3600 s to come back");
        assertThat(new RateLimit(1, 3600).isUnlimited()).isFalse();
        assertThat(RateLimit.UNLIMITED.isUnlimited()).isTrue();
    }

    @Test
    void aBandwidthWhoseBurstHoldsNoLargeDatagramIsRefused() {
        RateLimit small = new RateLimit(1_000_000, 65_574);
        assertRefused(
                () -> DEFAULTS.withBandwidth(small, RateLimit.UNLIMITED),
                "burst of the bandwidth must be at least 65575 bytes");
        assertRefused(
                () -> DEFAULTS.withBandwidth(RateLimit.UNLIMITED, small),
                "burst of the bandwidth per user must be at least 65575 bytes");
    }

    @Test
    void shardsGetTheirPartRoundedUp() {
        TurnLimits part = DEFAULTS.withMaxAllocations(10)
                .withMaxAllocationsPerUser(2)
                .withPeers(new Bounds(9, 3, 7))
                .withBandwidth(RateLimit.UNLIMITED, new RateLimit(1_000_001, 70_000))
                .dividedBy(4);

        assertThat(part.maxAllocations()).isEqualTo(3);
        assertThat(part.maxAllocationsPerUser()).isEqualTo(1);
        assertThat(part.peers()).isEqualTo(new Bounds(3, 1, 7));
        assertThat(part.bandwidth().isUnlimited()).isTrue();
        assertThat(part.userBandwidth()).isEqualTo(new RateLimit(250_001, 70_000));
    }

    @Test
    void whatIsValidForOneShardIsValidForManyAndStillComesBackInTime() {
        assertThat(new RateLimit(20, 70_000).dividedBy(8)).isEqualTo(new RateLimit(20, 70_000));
        assertThat(new RateLimit(100, 70_000).dividedBy(8)).isEqualTo(new RateLimit(20, 70_000));
        assertThat(new RateLimit(800, 70_000).dividedBy(8)).isEqualTo(new RateLimit(100, 70_000));
        assertThat(new RateLimit(2, 7_201).dividedBy(1)).isEqualTo(new RateLimit(2, 7_201));
    }

    private static void assertRefused(Supplier<?> made, String message) {
        assertThatThrownBy(made::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }
}
