package io.rift.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The pages that commands of {@code ./rift bench} have written are there, and whole. */
class MeasuredReportsTest {
    private static final Path REPORTS = Needs.home().resolve("docs").resolve("reports");
    private static final Pattern DATE = Pattern.compile("(?m)^- \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC");

    @Test
    void theRelayWasMeasuredBesideCoturnInEveryMode() throws IOException {
        String page = Files.readString(REPORTS.resolve("bench-relay.md"));
        assertThat(page)
                .containsPattern(DATE)
                .contains("\n- `./rift bench relay")
                .contains("\n- coturn: ")
                .contains("| rift/coturn ");
        for (String mode : new String[] {"client-to-peer", "peer-to-client", "relay-to-relay"}) {
            for (int bytes : new int[] {160, 1200}) {
                for (int allocations : new int[] {50, 2000}) {
                    assertThat(page)
                            .containsPattern("(?m)^\\| %s +\\| %d B +\\| %d +\\|".formatted(mode, bytes, allocations));
                }
            }
        }
    }

    @Test
    void tenMinutesOfChurnEndedWhereTheyBegan() throws IOException {
        assertThat(Files.readString(REPORTS.resolve("churn.md")))
                .containsPattern(DATE)
                .contains("\n- `./rift bench churn --minutes 10 ")
                .contains(" clients at a time for 600 s ")
                .contains("\nThe server ended where it began.\n")
                .doesNotContain("| NO ");
    }
}
