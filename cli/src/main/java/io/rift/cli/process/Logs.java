package io.rift.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The last words of a process. */
final class Logs {
    private static final int LINES = 5;

    private Logs() {}

    /** The last lines of a log, each on a line of its own after a line break; empty when there are none. */
    static String tail(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            StringBuilder tail = new StringBuilder();
            lines.subList(Math.max(0, lines.size() - LINES), lines.size())
                    .forEach(line -> tail.append("\n    ").append(line));
            return tail.toString();
        } catch (IOException e) {
            return "";
        }
    }
}
