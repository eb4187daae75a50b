package io.rift.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class ReportedListenerTest {
    @TempDir
    private Path directory;

    private Outcomes outcomes;

    @BeforeEach
    void create() {
        outcomes = new Outcomes(directory.resolve("conformance"));
    }

    @ParameterizedTest
    @CsvSource({
        "passes, PASSED",
        "fails, FAILED",
        "skips, SKIPPED",
        "isDisabled, SKIPPED",
        "passesOnce, PASSED",
        "passesAndSkips, SKIPPED",
        "skipsAndFails, FAILED",
        "hasNoArguments, FAILED",
    })
    void aTestLeavesTheWorstOfItsOutcomes(String method, Outcome outcome) throws IOException {
        run(ExampleTests.Methods.class);
        assertThat(outcomes.last(new TestName(ExampleTests.Methods.class.getName(), method)))
                .contains(outcome);
    }

    @Test
    void aTestWithoutARequirementLeavesNothing() throws IOException {
        run(ExampleTests.Methods.class);
        assertThat(outcomes.last(new TestName(ExampleTests.Methods.class.getName(), "shows")))
                .isEmpty();
    }

    @Test
    void aClassIsAsGoodAsItsWorstTest() throws IOException {
        run(ExampleTests.GoodClass.class);
        run(ExampleTests.BadClass.class);
        assertThat(ofClass(ExampleTests.GoodClass.class)).contains(Outcome.PASSED);
        assertThat(ofClass(ExampleTests.BadClass.class)).contains(Outcome.FAILED);
    }

    @Test
    void testsOfAClassThatIsSkippedAsAWholeAreSkipped() throws IOException {
        run(ExampleTests.SkippedClass.class);
        assertThat(outcomes.last(new TestName(ExampleTests.SkippedClass.class.getName(), "neverRuns")))
                .contains(Outcome.SKIPPED);
        assertThat(outcomes.last(new TestName(ExampleTests.SkippedClass.Inner.class.getName(), "neverRunsEither")))
                .contains(Outcome.SKIPPED);
    }

    @Test
    void anotherRunReplacesTheOutcome() throws IOException {
        TestName passes = new TestName(ExampleTests.Methods.class.getName(), "passes");
        outcomes.put(passes, Outcome.FAILED);
        run(ExampleTests.Methods.class);
        assertThat(outcomes.last(passes)).contains(Outcome.PASSED);
    }

    @Test
    void thePlatformFindsTheListener() {
        assertThat(ServiceLoader.load(TestExecutionListener.class)).hasAtLeastOneElementOfType(ReportedListener.class);
    }

    private Optional<Outcome> ofClass(Class<?> type) throws IOException {
        return outcomes.last(new TestName(type.getName(), ""));
    }

    private void run(Class<?> tests) {
        LauncherConfig nothingRegistered = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(nothingRegistered)
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(tests))
                                .build(),
                        new ReportedListener(outcomes));
    }
}
