package io.rift.server.core.turn;

import io.rift.conformance.Requirement;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The server against a model that is too simple to be wrong. A failure is a seed, see CONTRIBUTING. */
class TurnServerModelTest {
    private static final int STORIES = Integer.getInteger("seeds", 800);
    private static final int STORY_BYTES = 400;

    @Test
    @Requirement(
            rfc = 8656,
            section = "6",
            text = "Allocations, permissions and channels live and end as a model of the RFC says")
    void theServerDoesWhatTheModelSaysInEveryStory() {
        int first = Integer.getInteger("seed", 0);
        for (int seed = first; seed < first + STORIES; seed++) {
            byte[] story = new byte[STORY_BYTES];
            new SplittableRandom(seed).nextBytes(story);
            try {
                new ModelRun(story).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
    }
}
