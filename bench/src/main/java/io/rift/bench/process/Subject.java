package io.rift.bench.process;

import io.rift.cli.process.Launch;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** A server under test, as a process alone on one core. */
public final class Subject implements AutoCloseable {

    private static final int STOP_SECONDS = 10;
    private static final int START_SECONDS = 60;

    private final String name;
    private final String version;
    private final List<String> command;
    private final TransportAddress address;
    private final Process process;
    private final Path log;
    private final boolean isJava;

    private Subject(
            String name,
            String version,
            List<String> command,
            TransportAddress address,
            Process process,
            Path log,
            boolean isJava) {
        this.name = name;
        this.version = version;
        this.command = command;
        this.address = address;
        this.process = process;
        this.log = log;
        this.isJava = isJava;
    }

    /**
     * Our own server, as the launcher starts it.
     *
     * @param home the directory of the launcher
     * @param address where it listens
     * @param core on which it runs alone
     * @param directory for its files
     * @param settings as {@code --key=value}
     */
    public static Subject rift(
            Launch launch, Path home, TransportAddress address, int core, Path directory, List<String> settings) {
        Path ports = directory.resolve("rift-ports.json");
        List<String> command = new ArrayList<>(List.of(
                home.resolve("rift").toString(),
                "server",
                "--server.port=0",
                "--management.server.port=0",
                "--rift.stun.second-port=0",
                "--rift.turn.port=" + address.port(),
                "--rift.turn.bind-addresses=" + address.ip(),
                "--rift.ports-file=" + ports));
        command.addAll(settings);
        String version = "Rift on Java " + Runtime.version();
        Subject started = start("rift", version, launch, command, core, address, directory, true);
        try {
            for (long waited = 0; !Files.exists(ports); waited++) {
                if (started.process.waitFor(20, TimeUnit.MILLISECONDS) || waited > START_SECONDS * 50L) {
                    throw new IllegalStateException("the server did not start: " + started.tail());
                }
            }
        } catch (InterruptedException e) {
            started.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (IllegalStateException e) {
            started.close();
            throw e;
        }
        return started;
    }

    /**
     * coturn.
     *
     * @param program turnserver
     * @param address where it listens
     * @param core on which it runs alone
     * @param directory for its files
     * @param settings its options
     */
    public static Subject coturn(
            Launch launch, Path program, TransportAddress address, int core, Path directory, List<String> settings) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-n",
                "--listening-ip=" + address.ip(),
                "--relay-ip=" + address.ip(),
                "--listening-port=" + address.port(),
                "--lt-cred-mech",
                "--realm=bench",
                "--no-tcp",
                "--no-tls",
                "--no-dtls",
                "--no-cli",
                "--no-rfc5780",
                // One thread for the one core that it has.
                "--relay-threads=1",
                "--log-file=/dev/null",
                "--no-stdout-log",
                "--pidfile=" + directory.resolve("coturn.pid"),
                "--userdb=" + directory.resolve("coturn.db")));
        command.addAll(settings);
        return start("coturn", "coturn " + versionOf(program), launch, command, core, address, directory, false);
    }

    private static String versionOf(Path program) {
        try {
            Process asked = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(asked.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return said.lines()
                    .map(String::strip)
                    .filter(line -> line.matches("\\d+\\.\\d+.*"))
                    .findFirst()
                    .orElse("of unknown version");
        } catch (IOException e) {
            throw new UncheckedIOException(program + " cannot be run: " + e.getMessage(), e);
        }
    }

    private static Subject start(
            String name,
            String version,
            Launch launch,
            List<String> command,
            int core,
            TransportAddress address,
            Path directory,
            boolean isJava) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", String.valueOf(core)));
        pinned.addAll(command);
        Path log = directory.resolve(name + ".log");
        try {
            ProcessBuilder builder = launch.process(pinned);
            builder.environment().put("RIFT_BUILD", "off");
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new Subject(name, version, command, address, process, log, isJava);
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Its name in tables. */
    public String name() {
        return name;
    }

    /** Its version. */
    public String version() {
        return version;
    }

    /** The command by which it was started. */
    public List<String> command() {
        return List.copyOf(command);
    }

    /** Where it listens. */
    public TransportAddress address() {
        return address;
    }

    /** Its process id: every program in front of it has replaced itself. */
    public long pid() {
        return process.pid();
    }

    /** What it holds in memory now, shared pages by their share, in bytes. A JVM collects its garbage before. */
    public long residentBytes() {
        collectGarbage();
        return ProcessMemory.residentBytes(pid());
    }

    /** What lives in its heap, in bytes, if it has one that can be asked. */
    public OptionalDouble liveHeapBytes() {
        return isJava ? OptionalDouble.of((double) JavaProcess.liveHeapBytes(pid())) : OptionalDouble.empty();
    }

    private void collectGarbage() {
        if (isJava) {
            JavaProcess.collectGarbage(pid());
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        process.destroy();
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
