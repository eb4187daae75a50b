package io.rift.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualTimeTest {
    private final List<String> ran = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {0, -5, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    void eventsRunInTheOrderOfTheirInstantsAlsoWhereTheClockWraps(long startNanos) {
        VirtualTime time = new VirtualTime(startNanos, 0);
        time.after(20, () -> ran.add("late"));
        time.after(1, () -> ran.add("early"));
        time.after(9, () -> ran.add("middle"));

        time.run(100);

        assertThat(ran).containsExactly("early", "middle", "late");
        assertThat(time.elapsedNanos()).isEqualTo(100);
        assertThat(time.nowNanos()).isEqualTo(startNanos + 100);
    }

    @Test
    void eventsOfOneInstantRunInTheOrderInWhichTheyWereScheduled() {
        VirtualTime time = new VirtualTime(0, 0);
        time.after(5, () -> {
            ran.add("first");
            time.after(0, () -> ran.add("third"));
        });
        time.after(5, () -> ran.add("second"));

        time.run(5);

        assertThat(ran).containsExactly("first", "second", "third");
    }

    @Test
    void anEventLaterThanTheLimitWaitsForTheNextRun() {
        VirtualTime time = new VirtualTime(0, 0);
        time.after(11, () -> ran.add("event"));

        time.run(10);
        assertThat(ran).isEmpty();

        time.run(1);
        assertThat(ran).containsExactly("event");
    }

    @Test
    void runUntilStopsAtTheEventThatMakesTheConditionTrue() {
        VirtualTime time = new VirtualTime(0, 0);
        for (int i = 1; i <= 3; i++) {
            time.after(i, () -> ran.add("event"));
        }

        assertThat(time.runUntil(() -> ran.size() == 2, 10)).isTrue();
        assertThat(time.elapsedNanos()).isEqualTo(2);
        assertThat(time.runUntil(() -> ran.size() == 4, 10)).isFalse();
    }

    @Test
    void settingATimerAgainCancelsItsEarlierSetting() {
        VirtualTime time = new VirtualTime(0, 0);
        VirtualTime.Timer timer = time.timer(() -> ran.add("at " + time.elapsedNanos()));
        timer.set(5);
        timer.set(8);
        time.run(10);
        assertThat(ran).containsExactly("at 8");

        timer.set(12);
        timer.cancel();
        time.run(10);
        assertThat(ran).containsExactly("at 8");
    }

    @Test
    void anInstantInThePastCountsAsNow() {
        VirtualTime time = new VirtualTime(100, 0);
        time.at(1, () -> ran.add("at " + time.elapsedNanos()));
        time.run(0);
        assertThat(ran).containsExactly("at 0");
    }

    @Test
    void theWallClockGoesWithTheMonotonicOne() {
        VirtualTime time = new VirtualTime(Long.MAX_VALUE, 1_000);
        time.run(2_500_000_000L);
        assertThat(time.wallSeconds()).isEqualTo(1_002);
    }

    @Test
    void aNegativeDelayIsRefused() {
        VirtualTime time = new VirtualTime(0, 0);
        assertThatThrownBy(() -> time.after(-1, () -> {})).isInstanceOf(IllegalArgumentException.class);
    }
}
