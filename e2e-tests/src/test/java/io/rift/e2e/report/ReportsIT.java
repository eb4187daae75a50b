package io.rift.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Needed;
import io.rift.conformance.Outcome;
import io.rift.conformance.Outcomes;
import io.rift.conformance.TestName;
import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The pages below {@code docs/reports} say what this build has shown. It runs after all other tests, by an execution of
 * its own in this module's build.
 */
class ReportsIT {
    private static final Path HOME = Needs.home();
    private static final Path REPORTS = HOME.resolve("docs").resolve("reports");

    private final Set<String> failed = new TreeSet<>();
    private final Set<String> notRun = new TreeSet<>();

    @Test
    void everyRequirementWasShownAndTheReportListsThem() throws IOException {
        List<ShownRequirement> shown = ShownRequirement.modulesBelow(HOME);
        for (ShownRequirement each : shown) {
            judge(each.module(), each.test());
        }
        check(DatedPage.of(REPORTS.resolve("turn-conformance.md"), ConformanceReport.of(shown), page -> page));
    }

    @Test
    void everyForeignClientWasServedAndTheReportListsThem() throws IOException {
        List<ServedClient> served = ServedClient.modulesBelow(HOME);
        for (ServedClient each : served) {
            judge(each.module(), each.test());
        }
        check(DatedPage.of(
                REPORTS.resolve("interop.md"),
                InteropReport.of(served, ClientVersions.ofModule(HOME.resolve("e2e-tests"))),
                InteropReport::withoutVersions));
    }

    private void judge(Path module, TestName test) throws IOException {
        Optional<Outcome> outcome = Outcomes.ofModule(module).last(test);
        if (outcome.isEmpty() || outcome.get() == Outcome.SKIPPED) {
            notRun.add(test.shortName());
        } else if (outcome.get() != Outcome.PASSED) {
            failed.add(test.shortName());
        }
    }

    private void check(DatedPage page) throws IOException {
        assertThat(failed).as("tests of the report that failed").isEmpty();
        if (DatedPage.isWritten()) {
            assertThat(notRun)
                    .as("what has not run is not written down as shown")
                    .isEmpty();
            page.write();
        }
        page.compare();
        Needed.that(notRun.isEmpty(), "these tests of the report did not run: " + notRun);
    }
}
