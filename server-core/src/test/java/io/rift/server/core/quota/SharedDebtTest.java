package io.rift.server.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedDebtTest {
    private static final int BYTES_PER_SECOND = 1_000_000;
    private static final int MEGABYTE = 1_000_000;

    private final SharedDebt debt = new SharedDebt(new TokenBucket(BYTES_PER_SECOND, BYTES_PER_SECOND));
    private final SharedDebt.Share heavy = new SharedDebt.Share();
    private final SharedDebt.Share light = new SharedDebt.Share();

    @Test
    void nobodyWaitsForWhatSomebodyElseHasOverdrawn() {
        long heavyWaitsNanos = debt.overdraw(heavy, 100 * MEGABYTE, 0);

        assertThat(debt.overdraw(light, 1_000, 0)).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(10));
        assertThat(heavyWaitsNanos).isGreaterThan(TimeUnit.SECONDS.toNanos(90));
    }

    /** Nothing is booked for who comes then, and who owes nothing would not wait at all. */
    @Test
    void whoComesWhenTheDebtCannotGrowAnyMoreWaitsForAllOfIt() {
        for (int i = 0; i < 300; i++) {
            debt.overdraw(heavy, MEGABYTE, 0);
        }

        assertThat(debt.overdraw(light, MEGABYTE, 0)).isGreaterThan(TimeUnit.SECONDS.toNanos(199));
        assertThat(debt.overdraw(heavy, MEGABYTE, 0)).isGreaterThan(TimeUnit.SECONDS.toNanos(199));
        long later = TimeUnit.SECONDS.toNanos(100);
        assertThat(debt.overdraw(light, 1_000, later)).isBetween(1L, TimeUnit.MILLISECONDS.toNanos(10));
    }
}
