package io.rift.cli.demo;

import io.rift.cli.capture.Canary;
import io.rift.cli.lab.LabException;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.cli.process.ControlLine;
import io.rift.cli.process.PeerProcess;
import io.rift.cli.process.ProcessFailure;
import io.rift.cli.process.ServerProcess;
import io.rift.cli.terminal.Screen;
import io.rift.cli.terminal.Screen.Tone;
import io.rift.protocol.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Plays all scenarios of a stage, tells what it sees, and leaves nothing behind, however it ends. */
public final class Demo implements AutoCloseable {
    private static final Duration PATH_PATIENCE = Duration.ofSeconds(10);
    private static final int PINGS = 21;

    private final Screen screen;
    private final Path serverJar;
    private final int messages;
    private final long startNanos = System.nanoTime();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread hook = Thread.ofPlatform().unstarted(this::interrupted);
    private final Path directory;
    private volatile boolean ending;
    private boolean failed;

    /**
     * A demo that has not begun.
     *
     * @param screen where it tells
     * @param serverJar the server's runnable jar
     * @param messages how many are exchanged each way in each scenario
     */
    public Demo(Screen screen, Path serverJar, int messages) throws IOException {
        this.screen = screen;
        this.serverJar = serverJar;
        this.messages = messages;
        this.directory = Files.createTempDirectory("rift-demo-");
        Runtime.getRuntime().addShutdownHook(hook);
        if (screen.isTerminal()) {
            Thread.ofVirtual().start(this::showTheTime);
        }
    }

    /**
     * Plays it.
     *
     * @param loopback whether to do without NATs even where they are possible
     * @return whether everything that it told is true
     */
    public boolean run(boolean loopback) throws IOException {
        try {
            return play(loopback);
        } catch (ProcessFailure | LabException e) {
            if (ending) {
                return false; // the processes ended because they were told to
            }
            throw e;
        }
    }

    private boolean play(boolean loopback) throws IOException {
        screen.line(screen.paint(Tone.STRONG, "Rift: two peers and a server, each a process of its own"));
        Stage stage = keep(stage(loopback));
        screen.line(screen.paint(Tone.FAINT, stage.description()));
        List<Scenario> scenarios = stage.scenarios();
        screen.passing("starting the server");
        ServerProcess server =
                keep(ServerProcess.start(stage.server(), serverJar, directory, stage.serverSettings(directory)));
        server.ready();
        String rendezvous = "ws://" + stage.serverAddress() + ":" + server.port("http");
        screen.line(screen.paint(
                Tone.FAINT,
                "server at " + rendezvous + ", STUN and TURN at " + stage.serverAddress() + ":" + server.port("turn")
                        + " (udp), ready after " + seconds()));
        int held = 0;
        for (Scenario scenario : scenarios) {
            if (ending) {
                return false;
            }
            screen.line("");
            screen.line(screen.paint(Tone.STRONG, scenario.title()));
            if (tell(scenario, rendezvous, stage)) {
                held++;
            }
        }
        if (ending) {
            return false;
        }
        screen.line("");
        failed = held < scenarios.size();
        screen.line(
                failed
                        ? screen.paint(
                                        Tone.BAD,
                                        "Not everything held: " + held + " of " + scenarios.size() + " runs, "
                                                + seconds())
                                + "\nlogs and captures: " + directory
                        : screen.paint(Tone.GOOD, "All of it is true: " + held + " of " + scenarios.size() + " runs")
                                + ", " + seconds());
        return !failed;
    }

    private Stage stage(boolean loopback) {
        if (loopback) {
            return new LoopbackStage("as asked by --loopback");
        }
        Optional<String> obstacle = NatLab.obstacle();
        if (obstacle.isEmpty() && Programs.find("tcpdump").isEmpty()) {
            obstacle = Optional.of("the program 'tcpdump' is not installed");
        }
        if (obstacle.isPresent()) {
            return new LoopbackStage(obstacle.get());
        }
        try {
            return new NatStage();
        } catch (LabException e) {
            return new LoopbackStage(String.valueOf(e.getMessage()));
        }
    }

    private boolean tell(Scenario scenario, String rendezvous, Stage stage) throws IOException {
        Outcome outcome;
        try {
            outcome = play(scenario, rendezvous, stage);
        } catch (ProcessFailure e) {
            outcome = new Outcome(List.of(new Claim("failed", String.valueOf(e.getMessage()), false)));
        }
        if (ending) {
            return false;
        }
        for (Claim claim : outcome.claims()) {
            String mark = claim.holds() ? screen.paint(Tone.GOOD, screen.good()) : screen.paint(Tone.BAD, screen.bad());
            String subject = screen.paint(Tone.FAINT, String.format(Locale.ROOT, "%-11s", claim.subject()));
            screen.line("  " + mark + " " + subject
                    + (claim.holds() ? claim.text() : screen.paint(Tone.BAD, claim.text())));
        }
        return outcome.holds();
    }

    private Outcome play(Scenario scenario, String rendezvous, Stage stage) throws IOException {
        Canary canary = Canary.random(new SecureRandom());
        try (Tap tap = keep(stage.tap(directory));
                PeerProcess alice = keep(peer("alice", scenario, rendezvous));
                PeerProcess bob = keep(peer("bob", scenario, rendezvous))) {
            screen.passing("  the peers sign in");
            ControlLine bobReady = bob.ready();
            ControlLine aliceReady = alice.ready();
            screen.passing("  alice calls bob");
            bob.tell(ControlLine.of("accept"));
            ControlLine aliceConnected = alice.ask(ControlLine.of("connect", "to", bobReady.value("id")), "connected");
            ControlLine bobConnected = bob.await("connected");
            both(alice, bob, awaitPath(scenario, PATH_PATIENCE), "path");
            screen.passing("  they talk");
            ControlLine exchange = ControlLine.of("exchange", "count", messages, "text", canary.text());
            alice.tell(exchange);
            bob.tell(exchange);
            ControlLine aliceExchanged = alice.await("exchanged");
            ControlLine bobExchanged = bob.await("exchanged");
            bob.tell(ControlLine.of("echo", "count", PINGS));
            long micros = alice.ask(ControlLine.of("round-trip", "count", PINGS), "round-trip")
                    .number("micros");
            bob.await("echoed");
            // The path counts that is in use after everything was said.
            ControlLine alicePath = alice.ask(awaitPath(scenario, Duration.ZERO), "path");
            ControlLine bobPath = bob.ask(awaitPath(scenario, Duration.ZERO), "path");
            alice.ask(ControlLine.of("close"), "closed");
            screen.passing("  the tap is searched");
            Outcome.End aliceEnd = new Outcome.End(aliceReady, aliceConnected, alicePath, aliceExchanged);
            Outcome.End bobEnd = new Outcome.End(bobReady, bobConnected, bobPath, bobExchanged);
            Outcome.TapView tapView = new Outcome.TapView(
                    tap.name(), tap.finish(), URI.create(rendezvous).getPort(), messageBytes(canary));
            return Outcome.of(scenario, aliceEnd, bobEnd, micros, messages, canary, tapView);
        }
    }

    /** Less than all messages together have, which also carry a number. */
    private long messageBytes(Canary canary) {
        return 2L * messages * (canary.text().length() + PeerId.TEXT_CHARACTERS);
    }

    private PeerProcess peer(String name, Scenario scenario, String rendezvous) {
        return PeerProcess.start(
                name.equals("alice") ? scenario.alice() : scenario.bob(),
                name,
                rendezvous,
                scenario.policy(),
                scenario.bind(),
                directory.resolve(name + ".log"));
    }

    private static ControlLine awaitPath(Scenario scenario, Duration patience) {
        return ControlLine.of("await-path", "type", scenario.expected(), "millis", patience.toMillis());
    }

    private static void both(PeerProcess alice, PeerProcess bob, ControlLine command, String answer) {
        alice.tell(command);
        bob.tell(command);
        alice.await(answer);
        bob.await(answer);
    }

    /** Shows whoever waits that time passes, and that it is not the terminal that hangs. */
    private void showTheTime() {
        try {
            while (!ending) {
                Thread.sleep(Duration.ofSeconds(1));
                screen.refreshPassing("  " + seconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - startNanos) / 1e9);
    }

    /** Remembers what has to be closed at the end, or closes it at once when the end has already come. */
    private <T extends AutoCloseable> T keep(T resource) {
        synchronized (open) {
            if (!ending) {
                open.push(resource);
                return resource;
            }
        }
        closeQuietly(resource);
        throw new ProcessFailure("interrupted");
    }

    private void interrupted() {
        end();
        // Whatever was just being started; every child of this process is one of the demo.
        ProcessHandle.current().children().forEach(ProcessHandle::destroyForcibly);
        screen.line("interrupted; nothing is left behind");
    }

    private void end() {
        synchronized (open) {
            ending = true;
            while (!open.isEmpty()) {
                closeQuietly(open.pop());
            }
        }
        if (!failed) {
            deleteDirectory();
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            System.err.println("rift: while cleaning up: " + e.getMessage());
        }
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("rift: " + directory + " stays behind: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // interrupted: the hook does the rest
        }
        end();
    }
}
