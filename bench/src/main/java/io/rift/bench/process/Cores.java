package io.rift.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cores of this machine that this process may use, as a container need not own number 0. */
public final class Cores {

    private static final String ALLOWED = "Cpus_allowed_list:";

    private Cores() {}

    /** Their numbers, in order. */
    public static List<Integer> allowed() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(ALLOWED))
                    .findFirst()
                    .map(line -> parse(line.substring(ALLOWED.length())))
                    .orElseThrow(() -> new IllegalStateException("the kernel names no cores"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a list of the kernel, such as {@code 0-3,8}. */
    static List<Integer> parse(String list) {
        List<Integer> cores = new ArrayList<>();
        for (String range : list.strip().split(",", -1)) {
            String[] ends = range.split("-", 2);
            for (int core = Integer.parseInt(ends[0]); core <= Integer.parseInt(ends[ends.length - 1]); core++) {
                cores.add(core);
            }
        }
        return List.copyOf(cores);
    }
}
