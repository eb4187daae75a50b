package io.rift.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Outcome;
import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The pages below {@code docs/reports} say what this build has shown. It runs after all other tests, by an execution of
 * its own in this module's build.
 */
class ReportsIT {
    private static final Path REPORTS = Needs.home().resolve("docs").resolve("reports");

    @Test
    void everyRequirementWasShownAndTheConformanceReportListsThem() throws IOException {
        List<ShownRequirement> shown = RequirementScan.modulesBelow(Needs.home());
        assertThat(shown).isNotEmpty();
        Map<String, String> unshown = new TreeMap<>();
        List<String> notRun = new ArrayList<>();
        for (ShownRequirement each : shown) {
            String name = each.test().toString();
            Optional<Outcome> outcome = each.outcome();
            if (outcome.isEmpty() || outcome.get() == Outcome.SKIPPED) {
                notRun.add(name);
            } else if (outcome.get() != Outcome.PASSED) {
                unshown.put(name, outcome.get().toString());
            }
        }
        assertThat(unshown).as("requirements are not met").isEmpty();
        assertThat(notRun)
                .as("what has not run is not written down as shown")
                .matches(tests -> tests.isEmpty() || !DatedPage.isWritten());
        DatedPage.check(REPORTS.resolve("turn-conformance.md"), ConformanceReport.of(shown));
        Needs.that(
                notRun.isEmpty(),
                "tests of requirements that did not run, of which the report cannot speak: " + notRun);
    }
}
