package io.rift.peer.core.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripTimeTest {
    private final RoundTripTime time = new RoundTripTime();

    @Test
    void theFirstSampleIsTheMeanAndLaterOnesMoveItByAnEighth() {
        assertThat(time.smoothedNanos()).isEqualTo(RoundTripTime.UNKNOWN);
        time.sample(800);
        assertThat(time.smoothedNanos()).isEqualTo(800);
        time.sample(1600);
        assertThat(time.smoothedNanos()).isEqualTo(900);
        time.sample(RoundTripTime.UNKNOWN);
        assertThat(time.smoothedNanos()).isEqualTo(900);
    }

    @Test
    void theMeanIsSettledAfterThreeSamples() {
        time.sample(800);
        time.sample(800);
        assertThat(time.settledNanos()).isEqualTo(RoundTripTime.UNKNOWN);
        time.sample(800);
        assertThat(time.settledNanos()).isEqualTo(800);
    }
}
