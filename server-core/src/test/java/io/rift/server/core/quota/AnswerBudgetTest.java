package io.rift.server.core.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.protocol.IpAddress;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswerBudgetTest {
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long START_NANOS = Long.MAX_VALUE - SECOND_NANOS;
    private static final AnswerBudget.Limits LIMITS = new AnswerBudget.Limits(10_000, 100_000);

    private final AnswerBudget budget = new AnswerBudget(LIMITS, new SplittableRandom(1));

    @Test
    void aNetworkGetsTwoSecondsWorthAtOnceAndThenItsRate() {
        assertThat(take("192.0.2.1", START_NANOS)).isEqualTo(200);
        for (int second = 1; second < 5; second++) {
            assertThat(take("192.0.2.1", START_NANOS + second * SECOND_NANOS)).isEqualTo(100);
        }
        assertThat(take("192.0.2.1", START_NANOS + 1_000 * SECOND_NANOS)).isEqualTo(200);
    }

    @Test
    void theAddressesOfANetworkShareItsBudget() {
        take("192.0.2.1", START_NANOS);
        take("2001:db8:1::1", START_NANOS);

        assertThat(take("192.0.2.254", START_NANOS)).isZero();
        assertThat(take("2001:db8:1:ffff::2", START_NANOS)).isZero();
        assertThat(take("192.0.3.1", START_NANOS)).isEqualTo(200);
        assertThat(take("2001:db8:2::1", START_NANOS)).isEqualTo(200);
    }

    @Test
    void allNetworksTogetherHaveABudgetToo() {
        int taken = 0;
        for (int network = 0; network < 200; network++) {
            taken += take("10.0." + network + ".1", START_NANOS);
        }
        assertThat(taken).isEqualTo(2_000);
    }

    /** What the total refuses costs the network nothing. */
    @Test
    void aRefusalTakesNothing() {
        for (int network = 0; network < 200; network++) {
            take("10.0." + network + ".1", START_NANOS);
        }
        assertThat(take("192.0.2.1", START_NANOS)).isZero();
        assertThat(take("192.0.2.1", START_NANOS + 2 * SECOND_NANOS)).isEqualTo(200);
    }

    @Test
    void askingTakesNothing() {
        IpAddress to = IpAddress.parse("192.0.2.1");
        for (int i = 0; i < 1_000; i++) {
            assertThat(budget.has(to, 100, START_NANOS)).isTrue();
        }
        assertThat(take("192.0.2.1", START_NANOS)).isEqualTo(200);
        assertThat(budget.has(to, 100, START_NANOS)).isFalse();
        assertThat(budget.has(IpAddress.parse("192.0.3.1"), 100, START_NANOS)).isTrue();
    }

    @Test
    void networksHardlyEverShareABucket() {
        AnswerBudget roomy = new AnswerBudget(new AnswerBudget.Limits(10_000, 1L << 40), new SplittableRandom(3));
        int shared = 0;
        for (int network = 0; network < 256; network++) {
            shared += take(roomy, "10.0." + network + ".1", START_NANOS) == 0 ? 1 : 0;
        }
        assertThat(shared).isLessThan(16);
    }

    @Test
    void shardsShareTheRatesButEachLetsAPacketThrough() {
        assertThat(LIMITS.dividedBy(2)).isEqualTo(new AnswerBudget.Limits(5_000, 50_000));
        assertThat(LIMITS.dividedBy(256)).isEqualTo(new AnswerBudget.Limits(3_000, 3_000));
    }

    @Test
    void refusesRatesThatWouldNotLetAPacketThrough() {
        assertThatIllegalArgumentException().isThrownBy(() -> new AnswerBudget.Limits(0, 100_000));
        assertThatIllegalArgumentException().isThrownBy(() -> new AnswerBudget.Limits(10_000, 2_999));
        assertThatIllegalArgumentException().isThrownBy(() -> new AnswerBudget.Limits(10_000, Long.MAX_VALUE));
    }

    private int take(String to, long nowNanos) {
        return take(budget, to, nowNanos);
    }

    /** How many packets of 100 bytes go through. */
    private static int take(AnswerBudget budget, String to, long nowNanos) {
        IpAddress ip = IpAddress.parse(to);
        int packets = 0;
        while (packets < 10_000 && budget.take(ip, 100, nowNanos)) {
            packets++;
        }
        return packets;
    }
}
