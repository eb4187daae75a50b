package io.rift.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class IdentityOptionsTest {
    private static final Path HOME = Path.of("/home/me");

    @TempDir
    private Path directory;

    @Test
    void theDefaultFileIsInTheUsersConfigurationDirectory() {
        assertThat(IdentityOptions.defaultFile(Map.of(), HOME)).isEqualTo(HOME.resolve(".config/rift/identity.pem"));
        assertThat(IdentityOptions.defaultFile(Map.of("XDG_CONFIG_HOME", ""), HOME))
                .isEqualTo(HOME.resolve(".config/rift/identity.pem"));
        assertThat(IdentityOptions.defaultFile(Map.of("XDG_CONFIG_HOME", "/etc/me"), HOME))
                .isEqualTo(Path.of("/etc/me/rift/identity.pem"));
    }

    @Test
    void theIdentityIsMadeOnceAndForItsOwnerOnly() throws IOException {
        Path file = directory.resolve("new/identity.pem");
        var first = options(file).load().peerId();
        assertThat(options(file).load().peerId()).isEqualTo(first);
        assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(file.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void aKeyThatOthersCanReadIsRefused() throws IOException {
        Path file = directory.resolve("identity.pem");
        options(file).load();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> options(file).load())
                .isInstanceOf(IdentityFileException.class)
                .hasMessageContaining("chmod 600 " + file);
    }

    @Test
    void aFileWithSomethingElseIsRefusedByName() throws IOException {
        Path file = Files.writeString(directory.resolve("notes.txt"), "buy milk");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> options(file).load())
                .isInstanceOf(IdentityFileException.class)
                .hasMessageContaining(file.toString());
        assertThat(file).hasContent("buy milk");
    }

    private static IdentityOptions options(Path file) {
        Holder holder = new Holder();
        new CommandLine(holder).parseArgs("--identity", file.toString());
        return holder.identityOptions;
    }

    @CommandLine.Command
    private static final class Holder {
        @CommandLine.Mixin
        private final IdentityOptions identityOptions = new IdentityOptions();
    }
}
