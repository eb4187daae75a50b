package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code rift}, as people call it. */
@Timeout(120)
class LauncherIT {
    private static final Path RIFT = Needs.home().resolve("rift");
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    @Test
    void helpNeedsNothing() throws IOException {
        Finished help = rift(Map.of("PATH", "/bin:/usr/bin", "JAVA_HOME", ""), "help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("demo", "server", "chat", "id", "doctor", "RIFT_BUILD");
        assertThat(rift(Map.of()).out()).isEqualTo(help.out());
    }

    @Test
    void anUnknownCommandIsOneSentence() throws IOException {
        Finished result = rift(Map.of(), "dance");
        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).isEqualTo("rift: there is no command 'dance'; 'rift help' lists them\n");
    }

    @Test
    void withoutAJdkItSaysWhatToInstall() throws IOException {
        Needs.lab(); // root and Linux, to hide the JDKs of this machine in a mount namespace
        Needs.programs("unshare");
        Path jdk = Path.of(System.getProperty("java.home"));
        StringBuilder hide = new StringBuilder();
        for (Path place : List.of(Path.of("/usr/lib/jvm"), Path.of("/opt"), jdk.getParent())) {
            if (Files.isDirectory(place) && !hide.toString().contains("'" + place + "'")) {
                hide.append("mount -t tmpfs none '").append(place).append("' && ");
            }
        }
        ProcessBuilder hidden = new ProcessBuilder("unshare", "--mount", "sh", "-c", hide + "exec '" + RIFT + "' demo");
        hidden.environment().keySet().removeAll(List.of("JAVA_HOME", "RIFT_JAVA_HOME"));
        hidden.environment().put("HOME", directory.toString());
        hidden.environment().put("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
        Finished result = Finished.run(hidden, "", PATIENCE);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("rift: needs a JDK 25 or newer and found none: install one")
                .hasLineCount(1);
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws IOException {
        Path tree = copyOfTheLauncher();
        Files.writeString(tree.resolve("pom.xml"), "<project/>");
        Path tools = Files.createDirectory(directory.resolve("tools"));
        for (String tool : List.of(
                "awk",
                "cat",
                "cp",
                "date",
                "dirname",
                "env",
                "find",
                "grep",
                "head",
                "mkdir",
                "mv",
                "readlink",
                "rm",
                "sed",
                "sleep",
                "tail",
                "uname")) {
            Path there =
                    Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec '" + Programs.require(tool) + "' \"$@\"\n");
            Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Finished result = run(tree, Map.of("PATH", tools.toString(), "RIFT_BUILD", "on"), "id");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("needs Maven 3.8.1 or newer and found no mvn on the PATH: install it");
    }

    @Test
    void aFailedBuildNamesTheCauseAndTheLog() throws IOException {
        Needs.programs("mvn");
        Path tree = copyOfTheLauncher();
        Files.writeString(tree.resolve("pom.xml"), "<project>this is no model</project>");
        Finished result = run(tree, Map.of("RIFT_BUILD", "on"), "id");
        Path log = tree.resolve("target/rift-build.log");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .startsWith("building Rift  starting Maven\n")
                .contains("rift: the build failed:", "Malformed POM", "rift: the whole log: " + log)
                .doesNotContain("re-run Maven", "[Help");
        assertThat(log).isNotEmptyFile();
        assertThat(tree.resolve("target/rift-build.lock")).doesNotExist();
    }

    @Test
    void withoutABuildItSaysWhatIsMissing() throws IOException {
        Path tree = copyOfTheLauncher();
        Finished result = run(tree, Map.of("RIFT_BUILD", "off"), "server");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("rift-server.jar is missing").hasLineCount(1);
    }

    @Test
    void itRunsFromAnywhereThroughALinkAndWithSpacesInThePath() throws IOException {
        Path tree = copyOfTheLauncher();
        copy(Needs.home().resolve("cli/target/rift-cli.jar"), tree.resolve("cli/target/rift-cli.jar"));
        try (Stream<Path> jars = Files.list(Needs.home().resolve("cli/target/lib"))) {
            for (Path jar : jars.toList()) {
                copy(jar, tree.resolve("cli/target/lib").resolve(String.valueOf(jar.getFileName())));
            }
        }
        Path link = Files.createSymbolicLink(directory.resolve("a link"), Path.of("with spaces/the tree/rift"));
        Path identity = directory.resolve("my id.pem");
        ProcessBuilder builder = new ProcessBuilder(link.toString(), "id", "--identity", identity.toString());
        builder.environment().put("RIFT_BUILD", "off");
        builder.directory(Path.of("/").toFile());
        Finished result = Finished.run(builder, "", PATIENCE);
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("peer id ", "fingerprint ", identity + " (new)");
        assertThat(Files.getPosixFilePermissions(identity)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void theDoctorTellsWhatThereIs() throws IOException {
        Finished result = rift(Map.of(), "doctor");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("JDK 25+", "Maven 3.8+", "tcpdump", "turnutils_uclient");
    }

    private Path copyOfTheLauncher() throws IOException {
        Path tree = directory.resolve("with spaces/the tree");
        for (String file : List.of("rift", "mvnw", ".mvn/find-jdk.sh", ".mvn/jvm.config")) {
            copy(Needs.home().resolve(file), tree.resolve(file));
        }
        return tree;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Finished rift(Map<String, String> environment, String... arguments) throws IOException {
        return run(Needs.home(), environment, arguments);
    }

    private static Finished run(Path tree, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(tree.resolve("rift").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        return Finished.run(builder, "", PATIENCE);
    }
}
