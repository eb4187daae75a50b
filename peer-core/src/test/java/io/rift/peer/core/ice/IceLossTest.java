package io.rift.peer.core.ice;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.peer.core.path.PathKind;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IceLossTest {

    @Test
    void aFifthOfLostDatagramsDelaysThePathButDoesNotPreventIt() {
        long[] millis = new long[200];
        for (int seed = 0; seed < millis.length; seed++) {
            Pair pair = new Pair(seed, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.CONE, 2));
            pair.loss = 0.2;
            pair.signal().run(Duration.ofSeconds(20));

            assertThat(pair.a.selected()).as("seed " + seed).isNotNull();
            assertThat(pair.b.selected()).as("seed " + seed).isNotNull();
            millis[seed] = Duration.ofNanos(Math.max(pair.a.selectedNanos, pair.b.selectedNanos))
                    .toMillis();
        }
        Arrays.sort(millis);
        assertThat(millis[millis.length / 2]).isLessThan(700);
        assertThat(millis[millis.length * 95 / 100]).isLessThan(2500);
    }

    @Test
    void aFifthOfLostDatagramsDoesNotBreakAPathThatStands() {
        for (int seed = 0; seed < 20; seed++) {
            Pair pair = new Pair(seed, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.CONE, 2));
            pair.signal().run(Duration.ofSeconds(5));
            pair.loss = 0.2;
            pair.run(Duration.ofMinutes(30));

            assertThat(pair.a.events(IceOutput.PathLost.class))
                    .as("seed " + seed)
                    .isEmpty();
            assertThat(pair.b.events(IceOutput.PathLost.class))
                    .as("seed " + seed)
                    .isEmpty();
        }
    }

    @Test
    void duplicatedDatagramsChangeNothing() {
        for (int seed = 0; seed < 50; seed++) {
            Pair pair = new Pair(
                    seed, Box.of(Box.Nat.CONE, 1), Box.of(Box.Nat.SYMMETRIC, 2).withRelay("192.0.2.1:50002"));
            pair.duplication = 0.5;
            pair.signal().run(Duration.ofMinutes(1));

            IcePathTest.assertPath(pair, PathKind.RELAY);
            assertThat(pair.a.events(IceOutput.Nominated.class)).hasSize(1);
            assertThat(pair.b.events(IceOutput.Nominated.class)).hasSize(1);
        }
    }
}
