package io.rift.server;

import io.rift.conformance.Needed;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a test needs of the machine: without it the test is skipped, but on CI it fails. */
final class Programs {

    private Programs() {}

    static void require(String... names) {
        for (String name : names) {
            boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
            Needed.that(found, "the program '" + name + "' is not installed");
        }
    }
}
