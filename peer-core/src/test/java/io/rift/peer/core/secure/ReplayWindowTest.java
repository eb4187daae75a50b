package io.rift.peer.core.secure;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.secure.ReplayWindow.Verdict;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayWindowTest {

    private final ReplayWindow window = new ReplayWindow();

    @Test
    void aNumberIsNewUntilItIsMarked() {
        assertThat(window.check(0)).isEqualTo(Verdict.NEW);
        assertThat(window.check(0)).isEqualTo(Verdict.NEW);
        window.mark(0);
        assertThat(window.check(0)).isEqualTo(Verdict.REPLAYED);
    }

    @Test
    void exactlyTheLast2048NumbersAreInTheWindow() {
        window.mark(10_000);
        assertThat(window.check(10_000 - 2047)).isEqualTo(Verdict.NEW);
        assertThat(window.check(10_000 - 2048)).isEqualTo(Verdict.TOO_OLD);
        assertThat(window.check(10_000)).isEqualTo(Verdict.REPLAYED);
        assertThat(window.check(Long.MAX_VALUE)).isEqualTo(Verdict.NEW);
    }

    @Test
    void aLeapToTheGreatestNumberForgetsNothingThatMatters() {
        window.mark(5);
        window.mark(Long.MAX_VALUE);
        assertThat(window.check(5)).isEqualTo(Verdict.TOO_OLD);
        assertThat(window.check(Long.MAX_VALUE)).isEqualTo(Verdict.REPLAYED);
        assertThat(window.check(Long.MAX_VALUE - 1)).isEqualTo(Verdict.NEW);
        window.mark(Long.MAX_VALUE - 1);
        assertThat(window.check(Long.MAX_VALUE - 1)).isEqualTo(Verdict.REPLAYED);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void behavesAsASetOfAllNumbersEverMarked(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Set<Long> marked = new HashSet<>();
        long highest = -1;
        for (int i = 0; i < 50_000; i++) {
            // Mostly near the front, now and then a leap of up to three windows.
            long reach = random.nextInt(100) == 0 ? 3L * ReplayWindow.WINDOW : 40;
            long sequence = Math.max(0, highest + random.nextLong(-ReplayWindow.WINDOW - 100, reach));
            Verdict expected = sequence <= highest - ReplayWindow.WINDOW
                    ? Verdict.TOO_OLD
                    : marked.contains(sequence) ? Verdict.REPLAYED : Verdict.NEW;
            assertThat(window.check(sequence)).as("seed %d step %d", seed, i).isEqualTo(expected);
            if (expected == Verdict.NEW && random.nextInt(4) != 0) {
                window.mark(sequence);
                marked.add(sequence);
                highest = Math.max(highest, sequence);
            }
        }
    }
}
