package io.rift.bench;

import io.rift.bench.load.Mode;
import io.rift.bench.process.Cores;
import io.rift.bench.process.Subject;
import io.rift.bench.relay.Machine;
import io.rift.bench.relay.Measurements;
import io.rift.bench.relay.RelayBench;
import io.rift.bench.relay.RelayReport;
import io.rift.bench.relay.RelayRun;
import io.rift.bench.relay.TextTable;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code rift bench relay}: how much one core relays, beside coturn. */
@Command(
        name = "relay",
        description = {
            "Runs this server and coturn in the same network namespaces under the same load, in turns, each alone on one"
                    + " core, and prints how many packets they relay per second of that core, what they lose, how long a"
                    + " packet takes at half load, and what an allocation costs.",
            "Needs Linux, root, two cores and the programs ip and taskset. Everything together takes about eight minutes."
        },
        mixinStandardHelpOptions = true)
final class RelayCommand implements Callable<Integer> {

    private static final int MIN_PAYLOAD_BYTES = 16;
    private static final int MAX_PAYLOAD_BYTES = 1400;
    private static final int MAX_ALLOCATIONS = 16_000;

    @Option(
            names = "--coturn",
            paramLabel = "<path>",
            description = "The turnserver to compare with. Default: the machine's.")
    private @Nullable Path coturn;

    @Option(names = "--no-coturn", description = "Measure this server alone.")
    private boolean alone;

    @Option(
            names = "--quick",
            description = "A few seconds instead of minutes: one payload size, 50 allocations, one round.")
    private boolean quick;

    @Option(
            names = "--modes",
            split = ",",
            paramLabel = "<mode>",
            description = "client-to-peer, peer-to-client, relay-to-relay. Default: all.")
    private @Nullable List<String> modes;

    @Option(names = "--payloads", split = ",", paramLabel = "<bytes>", description = "Default: 160,1200.")
    private @Nullable List<Integer> payloads;

    @Option(names = "--allocations", split = ",", paramLabel = "<n>", description = "Even numbers. Default: 50,2000.")
    private @Nullable List<Integer> allocations;

    @Option(names = "--rounds", paramLabel = "<n>", description = "How often everything is measured. Default: 3.")
    private @Nullable Integer rounds;

    @Option(names = "--server-core", paramLabel = "<n>", description = "Default: the first that this process may use.")
    private @Nullable Integer serverCore;

    @Option(names = "--load-core", paramLabel = "<n>", description = "Default: the last that this process may use.")
    private @Nullable Integer loadCore;

    @Option(
            names = "--coturn-option",
            paramLabel = "<option>",
            description = "One more option for coturn; may be repeated.")
    private List<String> coturnOptions = List.of();

    @Option(
            names = "--rift-option",
            paramLabel = "<option>",
            description = "One more setting of ours; may be repeated.")
    private List<String> riftOptions = List.of();

    @Option(names = "--markdown", paramLabel = "<file>", description = "Writes the report there, too.")
    private @Nullable Path markdown;

    @Option(names = "--json", paramLabel = "<file>", description = "Writes every single measurement there.")
    private @Nullable Path json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        RelayBench.Plan plan = plan();
        NatLab.obstacle().ifPresent(obstacle -> {
            throw new IllegalStateException(obstacle);
        });
        Programs.require("taskset");
        List<Integer> cores = Cores.allowed();
        int forServer = serverCore != null ? serverCore : cores.getFirst();
        int forLoad = loadCore != null ? loadCore : cores.getLast();
        if (forServer == forLoad) {
            throw new IllegalStateException("the server and the load generator need a core each, and have only core "
                    + forServer + ": name them with --server-core and --load-core");
        }
        Path home = Path.of(System.getProperty("rift.home", ".")).toAbsolutePath();
        Path directory = Files.createDirectories(
                home.resolve("target/bench-" + ProcessHandle.current().pid()));
        RelayRun.Setting setting =
                new RelayRun.Setting(home, program(), coturnOptions, riftOptions, forServer, forLoad, directory);
        try (RelayRun run = new RelayRun(setting)) {
            long startNanos = System.nanoTime();
            Measurements measurements = run.measure(plan, System.err::println);
            long seconds = (System.nanoTime() - startNanos) / 1_000_000_000L;
            RelayReport report = new RelayReport(
                    measurements, run.subjects().stream().map(Subject::name).toList());
            String text = text(RelayText.explanation(plan, forServer, forLoad), run.subjects(), report, seconds);
            System.out.print(text);
            if (markdown != null) {
                ReportFile.write(markdown, text);
            }
            if (json != null) {
                ReportFile.write(json, report.json());
            }
        }
        return 0;
    }

    private Optional<Path> program() {
        if (alone) {
            return Optional.empty();
        }
        return Optional.of(coturn == null ? Path.of(Programs.require("turnserver")) : coturn.toAbsolutePath());
    }

    private RelayBench.Plan plan() {
        List<Mode> chosenModes;
        try {
            chosenModes = modes == null
                    ? List.of(Mode.values())
                    : modes.stream().map(Mode::of).toList();
        } catch (IllegalArgumentException e) {
            throw wrong("--modes are client-to-peer, peer-to-client and relay-to-relay, not " + modes);
        }
        List<Integer> chosenPayloads = payloads != null ? payloads : quick ? List.of(160) : List.of(160, 1200);
        List<Integer> chosenAllocations = allocations != null ? allocations : quick ? List.of(50) : List.of(50, 2000);
        if (chosenPayloads.stream().anyMatch(bytes -> bytes < MIN_PAYLOAD_BYTES || bytes > MAX_PAYLOAD_BYTES)) {
            throw wrong("--payloads are " + MIN_PAYLOAD_BYTES + " to " + MAX_PAYLOAD_BYTES + " bytes, not "
                    + chosenPayloads);
        }
        if (chosenAllocations.stream().anyMatch(n -> n < 2 || n % 2 != 0 || n > MAX_ALLOCATIONS)) {
            throw wrong("--allocations are even numbers up to " + MAX_ALLOCATIONS + ", not " + chosenAllocations);
        }
        int chosenRounds = rounds != null ? rounds : quick ? 1 : 3;
        return new RelayBench.Plan(
                chosenModes,
                chosenPayloads,
                chosenAllocations,
                chosenRounds,
                quick ? 400_000 : 1_000_000,
                quick ? 500 : 2000,
                quick ? 300 : 1000,
                RelayBench.WINDOW);
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private String text(String explanation, List<Subject> subjects, RelayReport report, long seconds) {
        String date = ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm"));
        StringBuilder text = new StringBuilder("# Relaying, measured\n\n");
        text.append("- ").append(date).append(" UTC, in ").append(seconds).append(" s\n");
        text.append("- ").append(Machine.description()).append('\n');
        for (Subject subject : subjects) {
            text.append("- ")
                    .append(subject.name())
                    .append(": ")
                    .append(subject.version())
                    .append('\n');
        }
        text.append("- `")
                .append(ReportFile.commandLine(Objects.requireNonNull(spec)))
                .append("`\n\n");
        text.append(explanation);
        for (TextTable table : report.tables()) {
            text.append('\n').append(table.markdown());
        }
        if (report.loadWasTheLimit()) {
            text.append('\n').append(RelayText.LIMITED);
        }
        return text.toString();
    }
}
