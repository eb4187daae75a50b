package io.rift.bench;

import io.rift.bench.churn.ChurnReport;
import io.rift.bench.churn.ChurnRun;
import io.rift.bench.relay.Machine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code rift bench churn}: a server ends where it began. */
@Command(
        name = "churn",
        description = {
            "Starts a server on loopback and lets clients come and go: they allocate, bind, relay, drop out and come back,"
                    + " over UDP, TCP, TLS and DTLS. At the end the server's memory, sockets, ports and counters have to be what they"
                    + " were at the beginning.",
            "Needs Linux. From ten minutes on there are also clients that leave for good, and allocations that end by"
                    + " themselves."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:the server ended where it began", "1:it did not"},
        mixinStandardHelpOptions = true)
final class ChurnCommand implements Callable<Integer> {

    @Option(names = "--minutes", paramLabel = "<n>", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(
            names = "--clients",
            paramLabel = "<n>",
            defaultValue = "50",
            description = "At a time. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(names = "--markdown", paramLabel = "<file>", description = "Writes the report there, too.")
    private @Nullable Path markdown;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path home = Path.of(System.getProperty("rift.home", ".")).toAbsolutePath();
        Path directory = Files.createDirectories(
                home.resolve("target/churn-" + ProcessHandle.current().pid()));
        try (ChurnRun run = new ChurnRun(home.resolve("server/target/rift-server.jar"), directory)) {
            ChurnReport report = run.run(
                    ChurnRun.Plan.of(clients, Duration.ofMillis(Math.round(minutes * 60_000))), System.err::println);
            String date = ZonedDateTime.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm"));
            String text = "# A server ends where it began\n\n- " + date + " UTC\n- " + Machine.description()
                    + "\n- `"
                    + ReportFile.commandLine(Objects.requireNonNull(spec)) + "`\n\n" + report.markdown();
            System.out.print(text);
            if (markdown != null) {
                ReportFile.write(markdown, text);
            }
            report.faults().forEach(fault -> System.err.println("rift: " + fault));
            return report.isGood() ? 0 : BenchCommand.FAILED;
        }
    }
}
