package io.rift.bench.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.bench.Needs;
import io.rift.bench.load.FloodResult;
import io.rift.bench.load.Mode;
import io.rift.bench.process.Cores;
import io.rift.bench.process.Subject;
import io.rift.bench.relay.Measurements.Round;
import io.rift.bench.relay.Measurements.Setup;
import io.rift.cli.lab.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole chain of {@code rift bench relay} with a tiny load. No number is judged by its size. */
@Timeout(120)
class RelayRunIT {
    private static final int ALLOCATIONS = 4;

    /** A machine that is busy with something else may leave the server without its core for a while. */
    private static final long FLOOD_MILLIS = 1000;

    @TempDir
    private static Path directory;

    private static Measurements measurements;
    private static List<String> servers;
    private static List<String> versions;

    @BeforeAll
    static void measure() {
        Needs.lab();
        Needs.twoCores();
        Needs.programs("taskset");
        Optional<Path> coturn = Programs.find("turnserver");
        List<Integer> cores = Cores.allowed();
        RelayRun.Setting setting =
                new RelayRun.Setting(Needs.home(), coturn, List.of(), List.of(), cores.get(0), cores.get(1), directory);
        try (RelayRun run = new RelayRun(setting)) {
            servers = run.subjects().stream().map(Subject::name).toList();
            versions = run.subjects().stream().map(Subject::version).toList();
            measurements = run.measure(
                    new RelayBench.Plan(
                            List.of(Mode.values()),
                            List.of(160, 1200),
                            List.of(ALLOCATIONS),
                            1,
                            1,
                            FLOOD_MILLIS,
                            FLOOD_MILLIS,
                            16),
                    line -> {});
        }
    }

    @Test
    void everyModeRelaysEveryPacketUnchangedAndCountsWhatItCost() {
        assertRelays("rift");
    }

    @Test
    void coturnRelaysUnderTheSameLoadBesideIt() {
        Needs.programs("turnserver");
        assertThat(servers).containsExactly("rift", "coturn");
        assertThat(versions.getLast()).matches("coturn \\d+\\.\\d+.*");
        assertRelays("coturn");
        String table =
                new RelayReport(measurements, servers).tables().getFirst().markdown();
        assertThat(table).contains("| rift/coturn ");
        assertThat(table.lines().skip(2))
                .hasSameSizeAs(measurements.cells())
                .allSatisfy(line ->
                        assertThat(line).containsPattern("\\| \\d+\\.\\d\\d \\(\\d+\\.\\d\\d-\\d+\\.\\d\\d\\) "));
    }

    private static void assertRelays(String server) {
        assertThat(measurements.cells()).hasSize(2 * Mode.values().length);
        for (Cell cell : measurements.cells()) {
            List<Round> rounds = measurements.rounds(cell, server);
            assertThat(rounds).as(cell.toString()).hasSize(1);
            for (FloodResult flood :
                    List.of(rounds.getFirst().full(), rounds.getFirst().half())) {
                assertThat(flood.received()).as(cell + " " + flood).isPositive().isLessThanOrEqualTo(flood.sent());
                assertThat(flood.mangled()).as(cell + " " + flood).isZero();
                assertThat(flood.serverCpuSeconds()).as(cell + " " + flood).isPositive();
                assertThat(flood.packetsPerCpuSecond()).as(cell + " " + flood).isPositive();
                assertThat(flood.p50Micros())
                        .as(cell + " " + flood)
                        .isPositive()
                        .isLessThanOrEqualTo(flood.p99Micros());
            }
        }
    }

    @Test
    void allocationsHaveAPrice() {
        List<Setup> setups = measurements.setups(ALLOCATIONS, "rift");
        assertThat(setups).hasSize(1);
        assertThat(setups.getFirst().seconds()).isPositive();
        assertThat(setups.getFirst().cpuSeconds()).isPositive();
        assertThat(measurements.memory(ALLOCATIONS, "rift").heapBytes()).isFinite();
        assertThat(measurements.memory(ALLOCATIONS, "rift").residentBytes()).isFinite();
    }

    @Test
    void theReportHasALineForEachCell() {
        RelayReport report = new RelayReport(measurements, List.of("rift"));
        String table = report.tables().getFirst().markdown();
        for (Mode mode : Mode.values()) {
            assertThat(table)
                    .contains("| " + mode.label() + " | 160 B   | 4 ", "| " + mode.label() + " | 1200 B  | 4 ");
        }
        assertThat(report.json().lines().filter(line -> line.contains("\"server\": \"rift\"")))
                .hasSize(measurements.cells().size() + 2);
    }

    @Test
    void nothingStaysBehind() {
        String own = "riftlab-" + ProcessHandle.current().pid() + "-bench-";
        assertThat(Path.of("/run/netns", own + "server")).doesNotExist();
        assertThat(Path.of("/run/netns", own + "load")).doesNotExist();
        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
        assertThat(directory.resolve("rift.log"))
                .satisfies(log -> assertThat(Files.readString(log)).doesNotContain(" ERROR "));
    }
}
