package io.rift.bench.churn;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.bench.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short {@code rift bench churn}: counters, sockets and ports are exact after any time, memory only after a long one. */
@Timeout(180)
class ChurnRunIT {
    @TempDir
    private static Path directory;

    @Test
    void aServerWhoseClientsHaveGoneHoldsAndCountsWhatItShould() throws IOException {
        Needs.linux();
        try (ChurnRun run = new ChurnRun(Needs.home().resolve("server/target/rift-server.jar"), directory)) {
            ChurnReport report =
                    run.run(new ChurnRun.Plan(20, Duration.ofSeconds(3), Duration.ofSeconds(8), false), line -> {});

            assertThat(report.faults()).as(report.markdown()).isEmpty();
            assertThat(report.done().lives()).isGreaterThan(20);
            assertThat(report.done().restarts()).isPositive();
            assertThat(report.done().toPeer())
                    .isEqualTo(report.done().toClient())
                    .isGreaterThan(9 * 20);
        }
    }
}
