package io.rift.bench;

import io.rift.cli.lab.LabException;
import io.rift.cli.process.ProcessFailure;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code rift bench}: what is measured, and not only tested. */
@Command(
        name = "rift bench",
        description = "Measures the server.",
        subcommands = {RelayCommand.class, ChurnCommand.class},
        mixinStandardHelpOptions = true)
public final class BenchCommand {

    /** What was to be shown is not so. */
    static final int FAILED = 1;

    private BenchCommand() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand())
                .setExecutionExceptionHandler((failure, command, parsed) -> report(failure, command))
                .execute(arguments));
    }

    private static int report(Exception failure, CommandLine command) throws Exception {
        switch (failure) {
            case LabException e -> command.getErr().println("rift: " + e.getMessage());
            case ProcessFailure e -> command.getErr().println("rift: " + e.getMessage());
            case UncheckedIOException e -> command.getErr().println("rift: " + e.getMessage());
            case IllegalStateException e -> command.getErr().println("rift: " + e.getMessage());
            default -> throw failure;
        }
        return FAILED;
    }
}
