package io.rift.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The time that a process has run on a core, with all its threads, from the scheduler's own account in nanoseconds
 * ({@code schedstat}). The kernel's thread for the network packets of that core ({@code ksoftirqd}) counts as part of the
 * process, as it takes over packets whose sender sent too many at once.
 */
public final class CpuTime {

    private static final Path PROC = Path.of("/proc");

    private final long pid;
    private final List<Path> others;

    /**
     * Of a process.
     *
     * @param core on which it runs alone
     */
    public CpuTime(long pid, int core) {
        this.pid = pid;
        others = kernelThread("ksoftirqd/" + core);
    }

    /**
     * A reading.
     *
     * @param runNanos time on a core
     * @param waitNanos time of wanting to run while others had the core
     */
    public record Sample(long runNanos, long waitNanos) {

        /** Seconds on a core between two readings. */
        public double runSecondsSince(Sample before) {
            return (runNanos - before.runNanos) / 1e9;
        }

        /** Seconds of waiting between two readings. */
        public double waitSecondsSince(Sample before) {
            return (waitNanos - before.waitNanos) / 1e9;
        }
    }

    /** Reads the account now. Threads that have ended are no longer in it. */
    public Sample sample() {
        long run = 0;
        long wait = 0;
        List<Path> threads = new ArrayList<>(others);
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
            tasks.forEach(threads::add);
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " has ended", e);
        }
        for (Path thread : threads) {
            try {
                String[] fields =
                        Files.readString(thread.resolve("schedstat")).strip().split(" ", -1);
                run += Long.parseLong(fields[0]);
                wait += Long.parseLong(fields[1]);
            } catch (IOException e) {
                // it ended just now
            }
        }
        return new Sample(run, wait);
    }

    private static List<Path> kernelThread(String name) {
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[1-9]*")) {
            for (Path process : processes) {
                try {
                    if (Files.readString(process.resolve("comm")).strip().equals(name)) {
                        return List.of(process);
                    }
                } catch (IOException e) {
                    // it ended just now
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of();
    }
}
