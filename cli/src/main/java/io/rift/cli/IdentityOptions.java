package io.rift.cli;

import io.rift.peer.Identity;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which identity a command acts as: by default the one of this user, made at its first use. */
final class IdentityOptions {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    @Option(
            names = "--identity",
            paramLabel = "<file>",
            description = "The private key (PEM). It is made when it is missing. Default: identity.pem in the directory"
                    + " 'rift' of the user's configuration directory.")
    private @Nullable Path file;

    Path file() {
        return file != null ? file : defaultFile(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    static Path defaultFile(Map<String, String> environment, Path home) {
        String configured = environment.getOrDefault("XDG_CONFIG_HOME", environment.getOrDefault("APPDATA", ""));
        Path configuration = configured.isBlank() ? home.resolve(".config") : Path.of(configured);
        return configuration.resolve("rift").resolve("identity.pem");
    }

    /**
     * Reads or makes the identity.
     *
     * @throws IdentityFileException if the file holds no usable key, or others may read it
     */
    Identity load() {
        Path path = file();
        try {
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory, ownerOnly());
            }
            Identity identity = Identity.loadOrGenerate(path);
            requirePrivate(path);
            return identity;
        } catch (IOException e) {
            throw new IdentityFileException("the identity file " + path + " cannot be used: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IdentityFileException("the file " + path + " holds no identity: " + e.getMessage(), e);
        }
    }

    private static void requirePrivate(Path path) throws IOException {
        if (hasModes()) {
            Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
            open.retainAll(Files.getPosixFilePermissions(path));
            if (!open.isEmpty()) {
                throw new IOException("others can read the private key; make it private with 'chmod 600 " + path + "'");
            }
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return hasModes()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasModes() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
