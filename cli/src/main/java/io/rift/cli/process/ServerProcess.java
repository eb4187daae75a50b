package io.rift.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on ports that the system chose. */
public final class ServerProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final Process process;
    private final Path log;
    private final Path portsFile;
    private String ports = "";

    private ServerProcess(Process process, Path log, Path portsFile) {
        this.process = process;
        this.log = log;
        this.portsFile = portsFile;
    }

    /**
     * Starts a server; {@link #ready} waits for it.
     *
     * @param jar the runnable jar
     * @param directory for its log and the file in which it tells its ports
     * @param settings as {@code --key=value}
     * @throws ProcessFailure if there is no such program
     */
    public static ServerProcess start(Launch launch, Path jar, Path directory, List<String> settings) {
        Path log = directory.resolve("server.log");
        Path portsFile = directory.resolve("server-ports.json");
        List<String> command = new ArrayList<>(
                JavaCommand.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-jar", jar.toString()));
        command.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.ports-file=" + portsFile));
        command.addAll(settings);
        try {
            Files.deleteIfExists(portsFile);
            Process process = launch.process(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ServerProcess(process, log, portsFile);
        } catch (IOException e) {
            throw new ProcessFailure("the server cannot be started: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until it answers, and knows its ports from then on.
     *
     * @throws ProcessFailure if it ends instead, or needs longer than a minute; it is ended then
     */
    public ServerProcess ready() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        try {
            while (!Files.exists(portsFile)) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new ProcessFailure("the server ended at its start" + Logs.tail(log));
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new ProcessFailure(
                            "the server was not ready within " + START_TIMEOUT.toSeconds() + " s" + Logs.tail(log));
                }
            }
            ports = Files.readString(portsFile);
            return this;
        } catch (ProcessFailure e) {
            process.destroyForcibly();
            throw e;
        } catch (IOException e) {
            process.destroyForcibly();
            throw new ProcessFailure("the server's ports cannot be read: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new ProcessFailure("interrupted while the server started", e);
        }
    }

    /** A port from the file in which the server told them. */
    public int port(String key) {
        Matcher field =
                Pattern.compile("\"" + Pattern.quote(key) + "\"\\s*:\\s*(\\d+)").matcher(ports);
        if (!field.find()) {
            throw new ProcessFailure("the server told no " + key + ": " + ports);
        }
        return Integer.parseInt(field.group(1));
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Where its output goes. */
    public Path log() {
        return log;
    }

    /** Ends it as an operator would, and returns its exit code. */
    public int stop() {
        process.destroy();
        JavaCommand.end(process, STOP_TIMEOUT);
        return process.exitValue();
    }

    @Override
    public void close() {
        stop();
    }
}
