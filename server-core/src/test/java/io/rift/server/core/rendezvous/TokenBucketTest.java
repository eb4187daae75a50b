package io.rift.server.core.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void itStartsFullAndRefillsAtItsRate() {
        TokenBucket bucket = new TokenBucket(3, 2, 0);
        assertThat(bucket.take(3, 0)).isTrue();
        assertThat(bucket.take(1, SECOND / 2 - 1)).isFalse();
        assertThat(bucket.take(1, SECOND / 2)).isTrue();
        assertThat(bucket.take(1, SECOND / 2)).isFalse();
    }

    @Test
    void itNeverHoldsMoreThanItsCapacity() {
        TokenBucket bucket = new TokenBucket(3, 2, 0);
        assertThat(bucket.take(4, 100 * SECOND)).isFalse();
        assertThat(bucket.take(3, 100 * SECOND)).isTrue();
        assertThat(bucket.take(1, 100 * SECOND)).isFalse();
    }

    @Test
    void whatCannotBePaidInFullCostsNothing() {
        TokenBucket bucket = new TokenBucket(3, 2, 0);
        assertThat(bucket.take(4, 0)).isFalse();
        assertThat(bucket.take(3, 0)).isTrue();
    }

    @Test
    void timeMayWrapAndPausesMayBeLong() {
        TokenBucket bucket = new TokenBucket(3, 2, Long.MAX_VALUE);
        assertThat(bucket.take(3, Long.MAX_VALUE)).isTrue();
        assertThat(bucket.take(2, Long.MIN_VALUE + SECOND)).isTrue();
        assertThat(bucket.take(3, -SECOND)).isTrue();
    }

    @Test
    void timeThatGoesBackGivesNothing() {
        TokenBucket bucket = new TokenBucket(1, 1, 10 * SECOND);
        assertThat(bucket.take(1, 10 * SECOND)).isTrue();
        assertThat(bucket.take(1, 0)).isFalse();
    }
}
