package io.rift.e2e.report;

import io.rift.cli.lab.Programs;
import io.rift.e2e.Finished;
import io.rift.e2e.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The version that each foreign client gave when it ran. */
public final class ClientVersions {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

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

    /** Of coturn's utilities none tells its version; they come in one package with its server. */
    public void putCoturns() throws IOException {
        ProcessBuilder turnserver = new ProcessBuilder(Programs.require("turnserver"), "--version");
        String version = Finished.run(turnserver, "", PATIENCE).out();
        for (ForeignClient utility : List.of(
                ForeignClient.TURNUTILS_STUNCLIENT,
                ForeignClient.TURNUTILS_NATDISCOVERY,
                ForeignClient.TURNUTILS_UCLIENT)) {
            put(utility, version);
        }
    }

    /** The version, or nothing if the client has not run. */
    String of(ForeignClient client) throws IOException {
        Path file = directory.resolve(client.name());
        return Files.exists(file) ? Files.readString(file) : "";
    }
}
