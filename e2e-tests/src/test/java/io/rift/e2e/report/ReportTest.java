package io.rift.e2e.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.TestName;
import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the reports are made. */
class ReportTest {
    private static final Path MODULE = Path.of("some-module");

    @TempDir
    private Path directory;

    @Test
    void requirementsAreReadFromCompiledClassesOnTheirClassesAndMethods() throws IOException {
        Path source = Files.writeString(directory.resolve("Example.java"), """
                import io.rift.conformance.Requirement;
                @Requirement(rfc = 2, section = "1", text = "of a class")
                class Example {
                    @Requirement(rfc = 2, section = "10", text = "only one")
                    void one() {}

                    @Requirement(rfc = 2, section = "10", text = "other of two")
                    @Requirement(rfc = 2, section = "9", text = "one of two")
                    void two() {}

                    @Deprecated
                    void none() {}
                }
                """);
        Path classes = Files.createDirectories(directory.resolve("a-module/target/test-classes"));
        assertThat(ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                source.toString()))
                .isZero();
        Path module = directory.resolve("a-module");
        String name = "Example";
        assertThat(ShownRequirement.modulesBelow(directory))
                .containsExactly(
                        new ShownRequirement(2, "1", "of a class", module, new TestName(name, "")),
                        new ShownRequirement(2, "9", "one of two", module, new TestName(name, "two")),
                        new ShownRequirement(2, "10", "only one", module, new TestName(name, "one")),
                        new ShownRequirement(2, "10", "other of two", module, new TestName(name, "two")));
    }

    @Test
    void everyModuleOfTheBuildIsScanned() throws IOException {
        assertThat(Files.readString(Needs.home().resolve("pom.xml"))
                        .lines()
                        .filter(line -> line.contains("<module>"))
                        .map(line -> line.replaceAll("</?module>", "").strip()))
                .as("they lie side by side")
                .noneMatch(module -> module.contains("/"));
    }

    @Test
    void sectionsAreOrderedByTheirNumbers() {
        assertThat(Stream.of("A.1", "10", "7.10", "7.9", "7", "7.9.1").sorted(ShownRequirement::compareSections))
                .containsExactly("7", "7.9", "7.9.1", "7.10", "10", "A.1");
    }

    @Test
    void testsOfOneRequirementShareALine() {
        String report = ConformanceReport.of(List.of(
                new ShownRequirement(8656, "7.2", "it | does", MODULE, new TestName("io.rift.ATest", "shows")),
                new ShownRequirement(8656, "7.2", "it | does", MODULE, new TestName("io.rift.BTest", "")),
                new ShownRequirement(8656, "A", "it ends", MODULE, new TestName("io.rift.BTest", ""))));
        assertThat(report).contains("""
                | [8656](#rfc-8656) | Traversal Using Relays around NAT (TURN) | 2 | 2 |
                | all | | 2 | 2 |

                ## RFC 8656

                | section | requirement | test |
                |---|---|---|
                | [7.2](https://www.rfc-editor.org/rfc/rfc8656#section-7.2) | it \\| does | some-module `ATest.shows`<br>some-module `BTest` |
                | [A](https://www.rfc-editor.org/rfc/rfc8656#appendix-A) | it ends | some-module `BTest` |
                """);
    }

    @Test
    void anRfcWithoutATitleIsNoted() {
        List<ShownRequirement> unknown =
                List.of(new ShownRequirement(1, "1", "it does", MODULE, new TestName("io.rift.ATest", "shows")));
        assertThatThrownBy(() -> ConformanceReport.of(unknown)).hasMessage("RFC 1 has no title here");
    }

    @Test
    void theDateIsNotCompared() throws IOException {
        String content = "# Title\n\ntext\n";
        DatedPage page = DatedPage.of(directory.resolve("page.md"), content, text -> text);
        page.write(LocalDate.of(2026, 1, 2));
        assertThat(page.file()).content().isEqualTo("# Title\n\nShown on 2026-01-02.\n\ntext\n");
        page.compare();
        DatedPage other = DatedPage.of(page.file(), content + "more\n", text -> text);
        assertThatThrownBy(other::compare).hasMessageContaining("page.md is out of date");
    }

    @Test
    void versionsAreNotComparedAndAllElseIs() throws IOException {
        ClientVersions versions = ClientVersions.ofModule(directory);
        List<ServedClient> served = List.of(new ServedClient(
                ForeignClient.WERIFT, "UDP", "it works", MODULE, new TestName("io.rift.ATest", "shows")));
        String unknown = InteropReport.of(served, versions);
        versions.put(ForeignClient.WERIFT, "1.2.3\n");
        versions.put(ForeignClient.TURNUTILS_UCLIENT, "9.8.7\n");
        String known = InteropReport.of(served, versions);
        assertThat(known).contains("| werift (Node.js) | 1.2.3 | UDP | it works | passed | `ATest.shows` |\n");
        assertThat(known).contains("`turnutils_uclient -Z`, coturn 9.8.7, asks");
        assertThat(InteropReport.withoutVersions(known)).isEqualTo(InteropReport.withoutVersions(unknown));
        assertThat(InteropReport.withoutVersions(known))
                .isNotEqualTo(InteropReport.withoutVersions(known.replace("UDP", "TCP")))
                .isNotEqualTo(InteropReport.withoutVersions(known.replace("werift", "other")));
    }
}
