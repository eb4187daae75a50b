package io.rift.cli.lab;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Finds and runs the system's own programs ({@code ip}, {@code nft}), each for a bounded time. */
public final class Programs {
    private static final int TIMEOUT_SECONDS = 10;

    /** A thread each: the pool that all share has one on two cores, and would read errors to their end before output. */
    private static final Executor READERS =
            reader -> Thread.ofPlatform().daemon().start(reader);

    private Programs() {}

    /** Where a program is: on the PATH, or in a directory for the administrator that a PATH may leave out. */
    public static Optional<Path> find(String name) {
        String directories = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/local/sbin";
        for (String directory : directories.split(File.pathSeparator, -1)) {
            Path program = Path.of(directory, name);
            if (!directory.isEmpty() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                return Optional.of(program);
            }
        }
        return Optional.empty();
    }

    /** Where a program is that the caller cannot do without. */
    public static String require(String name) {
        return find(name)
                .orElseThrow(() -> new LabException("the program '" + name + "' is not installed"))
                .toString();
    }

    /**
     * Runs a program to its end and returns what it wrote to standard output.
     *
     * @param input what it reads from standard input
     * @throws LabException when it ends with another code than 0, or not in time
     */
    public static String run(List<String> command, String input) {
        String name = String.valueOf(Path.of(command.getFirst()).getFileName());
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new LabException("cannot start " + name + ": " + e.getMessage(), e);
        }
        try {
            CompletableFuture<String> errors =
                    CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), READERS);
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> text(process.getInputStream()), READERS);
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended before it read everything: its exit code tells more than a broken pipe.
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new LabException(name + " did not end within " + TIMEOUT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new LabException("'" + String.join(" ", command) + "' failed: "
                        + errors.join().strip().replace('\n', ' '));
            }
            return output.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + name + " ran", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String text(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
