package io.rift.server.core.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whatever strangers do, the invariants of {@link Strangers} hold. */
class RendezvousServerFuzzTest {
    private static final int MAX_STEPS = 200;

    @FuzzTest
    void anySequenceOfInputsKeepsTheInvariants(FuzzedDataProvider data) {
        Strangers strangers = new Strangers(bound -> data.consumeInt(0, bound - 1));
        for (int step = 0; step < MAX_STEPS && data.remainingBytes() > 0; step++) {
            strangers.act(1);
        }
        strangers.leave();
    }

    @Test
    void randomSequencesKeepTheInvariants() {
        long firstSeed = Long.getLong("seed", 1);
        long lastSeed = Long.getLong("seed", 100);
        Set<RendezvousErrorCode> met = EnumSet.noneOf(RendezvousErrorCode.class);
        for (long seed = firstSeed; seed <= lastSeed; seed++) {
            Random random = new Random(seed);
            try {
                Strangers strangers = new Strangers(random::nextInt);
                strangers.act(MAX_STEPS);
                strangers.leave();
                met.addAll(strangers.errorsMet());
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("replay with -Dseed=" + seed, e);
            }
        }
        if (firstSeed != lastSeed) {
            assertThat(EnumSet.complementOf(EnumSet.copyOf(met)))
                    .as("refusals that never happened, so that nothing was shown about them")
                    .containsExactlyInAnyOrder(RendezvousErrorCode.GOING_AWAY, RendezvousErrorCode.UNRECOGNISED);
        }
    }
}
