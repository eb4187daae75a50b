package io.rift.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/** The command line of Rift; the launcher {@code rift} builds and starts it. */
@Command(
        name = "rift",
        description = "A private line between two programs, through any NAT.",
        subcommands = {ChatCommand.class, IdCommand.class, DemoCommand.class, DemoPeerCommand.class},
        mixinStandardHelpOptions = true,
        versionProvider = RiftVersion.class)
public final class RiftCommand {

    private RiftCommand() {}

    /** Runs one command and ends the process with its {@linkplain ExitCode exit code}. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new RiftCommand())
                .setExecutionExceptionHandler((failure, command, parsed) -> Failures.report(failure, command.getErr()))
                .setParameterExceptionHandler(RiftCommand::reportUsage);
    }

    private static int reportUsage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println("rift: " + e.getMessage() + " ('" + name + " --help' shows the options)");
        return ExitCode.USAGE;
    }
}
