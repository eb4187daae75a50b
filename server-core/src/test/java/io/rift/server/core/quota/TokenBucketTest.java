package io.rift.server.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void itStartsFullAndRefillsAtItsRate() {
        TokenBucket bucket = new TokenBucket(3, 2);
        assertThat(bucket.take(3, 0)).isTrue();
        assertThat(bucket.take(1, SECOND / 2 - 1)).isFalse();
        assertThat(bucket.take(1, SECOND / 2)).isTrue();
        assertThat(bucket.take(1, SECOND / 2)).isFalse();
    }

    @Test
    void itNeverHoldsMoreThanItsCapacity() {
        TokenBucket bucket = new TokenBucket(3, 2);
        assertThat(bucket.take(4, 100 * SECOND)).isFalse();
        assertThat(bucket.take(3, 100 * SECOND)).isTrue();
        assertThat(bucket.take(1, 100 * SECOND)).isFalse();
    }

    @Test
    void whatCannotBePaidInFullCostsNothing() {
        TokenBucket bucket = new TokenBucket(3, 2);
        assertThat(bucket.take(4, 0)).isFalse();
        assertThat(bucket.take(3, 0)).isTrue();
    }

    @Test
    void timeMayWrapAndPausesMayBeLong() {
        TokenBucket bucket = new TokenBucket(3, 2);
        assertThat(bucket.take(3, Long.MAX_VALUE)).isTrue();
        assertThat(bucket.take(2, Long.MIN_VALUE + SECOND)).isTrue();
        assertThat(bucket.take(3, -SECOND)).isTrue();
    }

    @Test
    void timeThatGoesBackGivesNothing() {
        TokenBucket bucket = new TokenBucket(1, 1);
        assertThat(bucket.take(1, 10 * SECOND)).isTrue();
        assertThat(bucket.take(1, 0)).isFalse();
    }

    @Test
    void inTheLongRunItGivesItsRateToTheToken() {
        long rate = 1_250_000_000;
        TokenBucket bucket = new TokenBucket(2_000_000, rate);
        java.util.SplittableRandom random = new java.util.SplittableRandom(1);
        long start = Long.MAX_VALUE - SECOND;
        long taken = 0;
        long elapsed = 0;
        while (elapsed < 10 * SECOND) {
            elapsed += random.nextInt(1_000_000);
            int tokens = 1 + random.nextInt(100_000);
            while (bucket.take(tokens, start + elapsed)) {
                taken += tokens;
            }
        }
        assertThat(taken).isBetween(rate * 10 - 2_000_000, elapsed / 1_000 * (rate / 1_000_000) + 2_000_000 + 1_250);
    }

    @Test
    void itSaysWhenItWillBeFullAgain() {
        TokenBucket bucket = new TokenBucket(1_000, 3);
        assertThat(bucket.isFull()).isTrue();
        bucket.take(10, SECOND);
        assertThat(bucket.isFull()).isFalse();
        long fullAt = bucket.fullAtNanos();
        assertThat(fullAt).isEqualTo(SECOND + 10 * SECOND / 3 + 1);
        bucket.covers(0, fullAt - 1);
        assertThat(bucket.isFull()).isFalse();
        bucket.covers(0, fullAt);
        assertThat(bucket.isFull()).isTrue();
    }

    @Test
    void whatWasTakenStaysTakenWhenItsSizeChanges() {
        TokenBucket bucket = new TokenBucket(100, 10);
        bucket.take(80, SECOND);
        bucket.changeTo(new RateLimit(10, 200), SECOND);
        assertThat(bucket.covers(120, SECOND)).isTrue();
        assertThat(bucket.covers(121, SECOND)).isFalse();
        bucket.changeTo(new RateLimit(10, 50), SECOND);
        assertThat(bucket.covers(1, SECOND)).isFalse();
        assertThat(bucket.covers(10, 2 * SECOND)).isTrue();
    }

    @Test
    void debtAndCreditGetHalfOfTheGainEach() {
        TokenBucket bucket = new TokenBucket(100, 10);
        assertThat(bucket.overdraw(50, SECOND)).as("down to half").isZero();
        assertThat(bucket.overdraw(5, SECOND)).isEqualTo(SECOND);
        assertThat(bucket.overdraw(5, SECOND)).isEqualTo(2 * SECOND);
        assertThat(bucket.take(50, SECOND)).isTrue();
        assertThat(bucket.take(6, 2 * SECOND)).isFalse();
        assertThat(bucket.take(5, 2 * SECOND)).isTrue();
        assertThat(bucket.take(5, 3 * SECOND)).isTrue();
        assertThat(bucket.take(10, 4 * SECOND)).as("the debt is paid").isTrue();
    }

    @Test
    void aFullCreditLeavesTheWholeGainToTheDebt() {
        TokenBucket bucket = new TokenBucket(100, 10);
        assertThat(bucket.overdraw(1_050, SECOND)).isEqualTo(105 * SECOND);
        assertThat(bucket.fullAtNanos()).isEqualTo(106 * SECOND);
        bucket.covers(0, 106 * SECOND - 1);
        assertThat(bucket.isFull()).isFalse();
        bucket.covers(0, 106 * SECOND);
        assertThat(bucket.isFull()).isTrue();
    }

    @Test
    void aDebtIsBounded() {
        TokenBucket bucket = new TokenBucket(RateLimit.MAX_BURST, 1_000_000_000);
        for (int i = 0; i < 100; i++) {
            bucket.overdraw(2_000_000_000, SECOND);
        }
        assertThat(bucket.overdraw(1, SECOND)).isEqualTo(2 * SECOND / 5);
        assertThat(bucket.fullAtNanos()).isEqualTo(SECOND + 47 * SECOND / 10);
    }
}
