package io.rift.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * What a process left.
 *
 * @param pid its process id
 * @param exitCode its exit code
 * @param out its standard output
 * @param err its standard error
 */
public record Finished(long pid, int exitCode, String out, String err) {

    /** A thread each: the pool that all share has one on two cores, and would read one of the two to its end first. */
    private static final Executor READERS =
            reader -> Thread.ofPlatform().daemon().start(reader);

    /**
     * Runs a process to its end with this standard input; fails the test when it takes longer than allowed. However this
     * ends, the process and its children have ended, too.
     */
    public static Finished run(ProcessBuilder builder, String input, Duration patience) throws IOException {
        Process process = builder.start();
        try {
            CompletableFuture<String> out =
                    CompletableFuture.supplyAsync(() -> text(process.getInputStream()), READERS);
            CompletableFuture<String> err =
                    CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), READERS);
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It ended without reading everything, which is its business.
            }
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                kill(process);
                fail(builder.command() + " took longer than " + patience + "\n" + out.join() + err.join());
            }
            return new Finished(process.pid(), process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            kill(process);
        }
    }

    /** Ends a process and all that it has started. Children first: they are found by their parent. */
    public static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static String text(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
