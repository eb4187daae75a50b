package io.rift.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The last outcome of each test in one directory: a file per test, so that runs of single tests add up. */
public final class Outcomes {
    private final Path directory;

    /** Outcomes in this directory, which need not exist yet. */
    public Outcomes(Path directory) {
        this.directory = directory;
    }

    /** Those of a module of the build. */
    public static Outcomes ofModule(Path moduleDirectory) {
        return new Outcomes(moduleDirectory.resolve("target").resolve("conformance"));
    }

    /** Keeps an outcome in place of the one before. */
    public void put(TestName test, Outcome outcome) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(test.toString()), outcome + "\n");
    }

    /**
     * The last outcome of a test.
     *
     * @return empty if it has not run
     */
    public Optional<Outcome> last(TestName test) throws IOException {
        Path file = directory.resolve(test.toString());
        return Files.exists(file)
                ? Optional.of(Outcome.valueOf(Files.readString(file).strip()))
                : Optional.empty();
    }
}
