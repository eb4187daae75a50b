package io.rift.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as a process of its own, from the classes under test. */
final class ServerProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Tests that run under nohup would hand on that SIGHUP is ignored, and a JVM keeps to that. */
    private static final List<String> DEFAULT_HANG_UP =
            System.getProperty("os.name").equals("Linux") ? List.of("env", "--default-signal=HUP") : List.of();

    private final Process process;
    private final Path directory;

    private ServerProcess(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    /** Starts one; what it prints goes to files in the directory. */
    static ServerProcess start(Path directory, String... settings) throws IOException {
        List<String> command = new ArrayList<>(DEFAULT_HANG_UP);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                RiftServer.class.getName()));
        command.add("--rift.ports-file=" + directory.resolve("ports.json"));
        command.addAll(List.of(settings));
        Process process = new ProcessBuilder(command)
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile())
                .start();
        return new ServerProcess(process, directory);
    }

    /** Waits until it has told its ports, in their file and then to people. */
    ServerProcess awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(directory.resolve("ports.json")) || !out().contains("Rift is ready")) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() - deadline > 0) {
                throw new IOException("not ready: " + out() + err());
            }
        }
        return this;
    }

    /** A number from the file in which it told its ports. */
    int port(String key) throws IOException {
        Matcher field =
                Pattern.compile("\"" + key + "\": (\\d+)").matcher(Files.readString(directory.resolve("ports.json")));
        if (!field.find()) {
            throw new IOException("no " + key);
        }
        return Integer.parseInt(field.group(1));
    }

    long pid() {
        return process.pid();
    }

    /** Asks it to end, as an operator does. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException, IOException {
        if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("still running: " + out() + err());
        }
        return process.exitValue();
    }

    String out() throws IOException {
        return Files.readString(directory.resolve("out"));
    }

    String err() throws IOException {
        return Files.readString(directory.resolve("err"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
