package io.rift.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** Writes what a command found. */
final class ReportFile {

    private ReportFile() {}

    /** The command as it was given. */
    static String commandLine(CommandSpec spec) {
        List<String> words = new ArrayList<>(List.of("./rift", "bench"));
        words.addAll(spec.commandLine().getParseResult().originalArgs());
        return String.join(" ", words);
    }

    /** Writes a text, and makes the directory for it. */
    static void write(Path file, String text) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, text);
    }
}
