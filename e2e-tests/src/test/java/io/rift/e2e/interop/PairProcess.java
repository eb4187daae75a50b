package io.rift.e2e.interop;

import io.rift.e2e.Finished;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A program in which two peers talk. It prints lines of JSON: its version; that all was said, while both peers are still
 * there; and, once its standard input ends, what came of it.
 */
final class PairProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final JsonMapper JSON = new JsonMapper();
    private static final String END = "";

    private final Process process;
    private final Path errors;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private PairProcess(Process process, Path errors) {
        this.process = process;
        this.errors = errors;
        Thread.ofVirtual().start(this::read);
    }

    /** Starts it. What it says beside its lines goes to a file in this directory. */
    static PairProcess start(ProcessBuilder builder, Path directory) throws IOException {
        Path errors = Files.createTempFile(directory, "pair", ".log");
        return new PairProcess(builder.redirectError(errors.toFile()).start(), errors);
    }

    private void read() {
        try (BufferedReader out = process.inputReader()) {
            // Native libraries print remarks of their own in between.
            out.lines().filter(line -> line.startsWith("{")).forEach(lines::add);
        } catch (UncheckedIOException | IOException e) {
            // it was killed
        } finally {
            lines.add(END);
        }
    }

    /** The next line; fails the test when there is none. */
    JsonNode next() throws IOException, InterruptedException {
        String line = lines.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null || line.equals(END)) {
            throw new AssertionError((line == null ? "it says nothing for " + PATIENCE : "it has ended") + "\n"
                    + Files.readString(errors));
        }
        return JSON.readTree(line);
    }

    /** Lets the peers part. */
    void goOn() throws IOException {
        process.getOutputStream().close();
    }

    @Override
    public void close() {
        Finished.kill(process);
    }
}
