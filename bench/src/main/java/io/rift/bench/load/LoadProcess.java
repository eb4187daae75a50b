package io.rift.bench.load;

import io.rift.cli.process.Launch;
import io.rift.cli.process.ProcessFailure;
import io.rift.protocol.TransportAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The load generator in a process of its own. */
public final class LoadProcess implements AutoCloseable {

    private static final int STOP_SECONDS = 5;

    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    private LoadProcess(Process process) {
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /**
     * How long an allocation of many took.
     *
     * @param seconds from the first request to the last response
     * @param serverCpuSeconds what the server ran for it
     */
    public record Allocated(double seconds, double serverCpuSeconds) {}

    /**
     * Starts it.
     *
     * @param launch where
     * @param core on which it runs alone
     * @param device the network interface to use
     * @param serverMac the Ethernet address at its other end
     * @param log for what goes wrong
     */
    public static LoadProcess start(Launch launch, int core, String device, String serverMac, Path log) {
        List<String> command = List.of(
                "taskset",
                "-c",
                String.valueOf(core),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                LoadProgram.class.getName(),
                device,
                serverMac);
        try {
            return new LoadProcess(
                    launch.process(command).redirectError(log.toFile()).start());
        } catch (IOException e) {
            throw new UncheckedIOException("the load generator cannot be started: " + e.getMessage(), e);
        }
    }

    /** Makes a server known under a name. */
    public void target(String name, TransportAddress server, long pid, int core) {
        ask("target", name, server, pid, core);
    }

    /** Makes so many clients, an even number, allocate. */
    public Allocated allocate(String target, int count) {
        List<String> answer = ask("allocate", target, count);
        return new Allocated(Double.parseDouble(answer.get(1)), Double.parseDouble(answer.get(2)));
    }

    /** Binds the channels of all clients. */
    public void bindChannels(String target) {
        ask("bind", target);
    }

    /** Ends all allocations. */
    public void release(String target) {
        ask("release", target);
    }

    /** Sends as much as the server takes with {@code window} packets on their way. */
    public FloodResult saturate(String target, Mode mode, int payloadBytes, int window, long millis) {
        return FloodResult.of(ask("saturate", target, mode.label(), payloadBytes, window, millis));
    }

    /** Sends at a constant rate. */
    public FloodResult pace(String target, Mode mode, int payloadBytes, double packetsPerSecond, long millis) {
        return FloodResult.of(ask("pace", target, mode.label(), payloadBytes, packetsPerSecond, millis));
    }

    private List<String> ask(Object... words) {
        String command =
                String.join(" ", List.of(words).stream().map(String::valueOf).toList());
        try {
            commands.println(command);
            String answer = answers.readLine();
            if (answer == null || !answer.startsWith("ok")) {
                throw new ProcessFailure("the load generator cannot '" + command + "': " + answer);
            }
            return List.of(answer.split(" ", -1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
