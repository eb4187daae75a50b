package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.process.Launch;
import io.rift.cli.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What README.md shows is true. */
@Timeout(120)
class ReadmeIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

    @TempDir
    private Path directory;

    @Test
    void theFirstProgramCompilesAndSaysWhatItSays() throws Exception {
        Matcher block = JAVA.matcher(Files.readString(Needs.home().resolve("README.md")));
        assertThat(block.find()).isTrue();
        Path program = Files.writeString(directory.resolve("Hello.java"), block.group(1));
        try (ServerProcess server = ServerProcess.start(
                Launch.here(),
                Needs.home().resolve("server/target/rift-server.jar"),
                directory,
                List.of("--server.address=127.0.0.1"))) {
            server.ready();
            // The JVM compiles a source file itself (JEP 330) and ends with 1 when it cannot.
            Finished hello = Finished.run(
                    new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            Needs.home().resolve("cli/target/lib") + "/*",
                            program.toString(),
                            "ws://127.0.0.1:" + server.port("http")),
                    "",
                    PATIENCE);
            assertThat(hello.exitCode()).as(hello.out() + hello.err()).isZero();
            assertThat(hello.out()).isEqualTo("you said hello, by host\n");
        }
    }
}
