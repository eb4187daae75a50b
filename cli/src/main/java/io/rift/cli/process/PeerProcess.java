package io.rift.cli.process;

import io.rift.peer.IceTransportPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The owner's end of a peer process, see {@link PeerProgram} for the commands. */
public final class PeerProcess implements AutoCloseable {
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    private static final ControlLine ENDED = ControlLine.of("ended");

    private final String name;
    private final Process process;
    private final Path log;
    private final PrintStream commands;
    private final BlockingQueue<ControlLine> answers = new LinkedBlockingQueue<>();

    private PeerProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.commands = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofVirtual().start(this::readAnswers);
    }

    /**
     * Starts a peer that signs in at the server; {@link #ready} waits for it.
     *
     * @param server the rendezvous server's URI
     * @param bind the local address of its UDP socket, or empty for all
     * @param log file for what it writes to standard error
     */
    public static PeerProcess start(
            Launch launch, String name, String server, IceTransportPolicy policy, String bind, Path log) {
        List<String> command = new ArrayList<>(JavaCommand.of(
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m", "-cp", JavaCommand.classPath()));
        command.addAll(List.of("io.rift.cli.RiftCommand", "demo-peer", "--server", server));
        if (policy == IceTransportPolicy.RELAY) {
            command.add("--relay-only");
        }
        if (!bind.isEmpty()) {
            command.addAll(List.of("--bind", bind));
        }
        try {
            Process process =
                    launch.process(command).redirectError(log.toFile()).start();
            return new PeerProcess(name, process, log);
        } catch (IOException e) {
            throw new ProcessFailure("peer " + name + " cannot be started: " + e.getMessage(), e);
        }
    }

    /** Waits until it is signed in and tells who it is ({@code id}, {@code fingerprint}). */
    public ControlLine ready() {
        return await("ready");
    }

    /** Gives a command and does not wait. */
    public void tell(ControlLine command) {
        commands.println(command);
    }

    /** Gives a command and waits for its answer. */
    public ControlLine ask(ControlLine command, String answer) {
        tell(command);
        return await(answer);
    }

    /**
     * Waits for an answer.
     *
     * @throws ProcessFailure if it is another one, or does not come in a minute, or the process ended
     */
    public ControlLine await(String word) {
        try {
            ControlLine answer = answers.poll(ANSWER_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new ProcessFailure(
                        "peer " + name + " did not answer '" + word + "' within " + ANSWER_TIMEOUT.toSeconds() + " s");
            }
            if (answer.word().equals("failed")) {
                throw new ProcessFailure("peer " + name + ": " + answer.value("message"));
            }
            if (!answer.word().equals(word)) {
                String what = answer.equals(ENDED) ? "ended" : "answered " + answer;
                throw new ProcessFailure("peer " + name + " " + what + " instead of '" + word + "'" + Logs.tail(log));
            }
            return answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProcessFailure("interrupted while peer " + name + " worked", e);
        }
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Ends the process by ending its input, and by force when that takes too long. */
    @Override
    public void close() {
        commands.close();
        JavaCommand.end(process, Duration.ofSeconds(5));
    }

    private void readAnswers() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(ControlLine.parse(line));
            }
        } catch (IOException | IllegalArgumentException e) {
            answers.add(ControlLine.of("failed", "message", "unreadable answer: " + e.getMessage()));
        }
        answers.add(ENDED);
    }
}
