package io.rift.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void quantilesAreTheMiddleOfTheStepThatHoldsThem() {
        Histogram histogram = new Histogram();
        for (int micros = 1; micros <= 100; micros++) {
            histogram.add(micros * 1000L);
        }
        assertThat(histogram.quantileMicros(0.5)).isCloseTo(50.5, within(1e-9));
        assertThat(histogram.quantileMicros(0.99)).isCloseTo(99.5, within(1e-9));
    }

    @Test
    void whatIsBeyondBothEndsStillCounts() {
        Histogram histogram = new Histogram();
        histogram.add(-5);
        histogram.add(Long.MAX_VALUE);
        assertThat(histogram.quantileMicros(0.5)).isCloseTo(0.5, within(1e-9));
        assertThat(histogram.quantileMicros(1)).isGreaterThan(100_000);
    }

    @Test
    void withoutMeasurementsThereIsNoQuantile() {
        assertThat(new Histogram().quantileMicros(0.99)).isZero();
    }
}
