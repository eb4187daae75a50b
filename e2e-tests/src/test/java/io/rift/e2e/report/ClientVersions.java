package io.rift.e2e.report;

import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The version that each foreign client gave when it ran. */
public final class ClientVersions {
    private final Path directory;

    private ClientVersions(Path directory) {
        this.directory = directory;
    }

    /** Those that tests of this module left. */
    public static ClientVersions here() {
        return ofModule(Needs.home().resolve("e2e-tests"));
    }

    static ClientVersions ofModule(Path module) {
        return new ClientVersions(module.resolve("target").resolve("interop"));
    }

    /** Keeps a version as the client itself prints it. */
    public void put(ForeignClient client, String version) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve(client.name()), version.strip());
    }

    /** The version, or nothing if the client has not run. */
    String of(ForeignClient client) throws IOException {
        Path file = directory.resolve(client.name());
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
