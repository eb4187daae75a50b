package io.rift.peer.core.channel;

import static io.rift.peer.core.channel.LossyPair.MILLISECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageChannelSimulationTest {

    private static final long SEED = Long.getLong("seed", 20_261_123L);

    @ParameterizedTest(name = "loss {0}, duplication {1}, jitter {2} ms")
    @CsvSource({"0, 0, 0", "0, 0.2, 40", "0.01, 0, 5", "0.05, 0.05, 20", "0.2, 0.1, 60", "0.4, 0.4, 100"})
    void aThousandMessagesEachWayArriveWholeAndInOrder(double loss, double duplication, long jitterMillis) {
        for (long run = 0; run < 5; run++) {
            RandomGenerator random = new SplittableRandom(SEED + run);
            LossyPair pair = new LossyPair(
                    new LossyPair.Line(25 * MILLISECOND, jitterMillis * MILLISECOND, loss, duplication), random, 0);
            List<byte[]> toB = messages(random, 1_000);
            List<byte[]> toA = messages(random, 1_000);
            long start = pair.nowNanos;
            exchange(pair, toB, toA);
            assertThat(pair.b.received).as("seed %d", SEED + run).containsExactlyElementsOf(toB);
            assertThat(pair.a.received).as("seed %d", SEED + run).containsExactlyElementsOf(toA);
            assertThat(pair.nowNanos - start)
                    .as("virtual time of seed %d", SEED + run)
                    .isLessThan(600_000 * MILLISECOND);
        }
    }

    @Test
    void sequenceNumbersRunOverThirtyTwoBits() {
        RandomGenerator random = new SplittableRandom(SEED);
        LossyPair pair =
                new LossyPair(new LossyPair.Line(10 * MILLISECOND, 10 * MILLISECOND, 0.05, 0.05), random, 0xFFFF_FF00L);
        List<byte[]> toB = messages(random, 600);
        List<byte[]> toA = messages(random, 600);
        exchange(pair, toB, toA);
        assertThat(pair.b.received).containsExactlyElementsOf(toB);
        assertThat(pair.a.received).containsExactlyElementsOf(toA);
    }

    @Test
    void aCleanLineRepeatsNothingAndIsUsedWell() {
        LossyPair pair = new LossyPair(new LossyPair.Line(25 * MILLISECOND, 0, 0, 0), new SplittableRandom(SEED), 0);
        List<byte[]> toB = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            toB.add(new byte[MessageChannel.MAX_MESSAGE_BYTES]);
        }
        long start = pair.nowNanos;
        exchange(pair, toB, List.of());
        assertThat(pair.b.received).hasSize(160);
        assertThat(pair.a.channel.retransmitted()).isZero();
        // 10 MiB over a round trip of 50 ms: 1,024 fragments a round trip once the window has opened.
        assertThat(pair.nowNanos - start).isLessThan(1_500 * MILLISECOND);
        assertThat(pair.b.framesSent)
                .as("one acknowledgement for two fragments")
                .isLessThan(pair.a.framesSent * 55 / 100);
    }

    @Test
    void anOutageOfTwentySecondsLosesNothingAndEndsSoonAfterThePathIsBack() {
        LossyPair pair = new LossyPair(new LossyPair.Line(25 * MILLISECOND, 0, 0, 0), new SplittableRandom(SEED), 0);
        pair.dropIf = frame -> true;
        long start = pair.nowNanos;
        List<byte[]> toB = messages(new SplittableRandom(SEED), 100);
        for (byte[] message : toB) {
            assertThat(pair.a.channel.offer(message, pair.nowNanos)).isTrue();
        }
        while (pair.nowNanos - start < 20_000 * MILLISECOND) {
            assertThat(pair.step()).isTrue();
        }
        assertThat(pair.a.framesSent).as("back-off").isLessThan(60);
        pair.dropIf = frame -> false;
        pair.a.channel.pathChanged(-1, pair.nowNanos);
        long back = pair.nowNanos;
        while (!pair.a.channel.isIdle()) {
            assertThat(pair.step()).isTrue();
        }
        assertThat(pair.b.received).containsExactlyElementsOf(toB);
        assertThat(pair.nowNanos - back).isLessThan(2_000 * MILLISECOND);
    }

    private static void exchange(LossyPair pair, List<byte[]> toB, List<byte[]> toA) {
        int nextToB = 0;
        int nextToA = 0;
        do {
            while (nextToB < toB.size() && pair.a.channel.offer(toB.get(nextToB), pair.nowNanos)) {
                nextToB++;
            }
            while (nextToA < toA.size() && pair.b.channel.offer(toA.get(nextToA), pair.nowNanos)) {
                nextToA++;
            }
        } while (pair.step());
        assertThat(pair.a.channel.isIdle() && pair.b.channel.isIdle()).isTrue();
    }

    /** Mostly short ones, some of many fragments, some empty. */
    private static List<byte[]> messages(RandomGenerator random, int count) {
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int bound = random.nextInt(50) == 0 ? MessageChannel.MAX_MESSAGE_BYTES + 1 : 200;
            byte[] message = new byte[random.nextInt(bound)];
            random.nextBytes(message);
            messages.add(message);
        }
        return messages;
    }
}
