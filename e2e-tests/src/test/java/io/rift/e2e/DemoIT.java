package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code ./rift demo} as a newcomer runs it. */
@Timeout(180)
class DemoIT {
    private static final String RIFT = Needs.home().resolve("rift").toString();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Pattern FALSE_CLAIM = Pattern.compile("(?m)^ {2}(✗|!!) ");
    private static final Path NAMESPACES = Path.of("/run/netns");

    @Test
    void behindNatsEveryClaimIsTrue() throws IOException {
        Needs.lab();
        Needs.programs("tcpdump");
        Finished demo = Finished.run(new ProcessBuilder(RIFT, "demo"), "", PATIENCE);
        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        assertThat(paths(demo.out())).containsExactly("host", "srflx", "turn", "turn");
        assertThat(demo.out())
                .doesNotContainPattern(FALSE_CLAIM)
                .contains("no plaintext", "All of it is true: 4 of 4 runs");
        assertThat(namespaces(demo.pid())).isEmpty();
    }

    @Test
    void onLoopbackEveryClaimIsTrue() throws IOException {
        Finished demo = Finished.run(new ProcessBuilder(RIFT, "demo", "--loopback"), "", PATIENCE);
        assertThat(demo.exitCode()).as(demo.out() + demo.err()).isZero();
        assertThat(paths(demo.out())).containsExactly("host", "turn");
        assertThat(demo.out())
                .doesNotContainPattern(FALSE_CLAIM)
                .contains("on loopback, without NATs: as asked", "no plaintext", "All of it is true: 2 of 2 runs");
    }

    @Test
    void anInterruptLeavesNothingBehind() throws Exception {
        Needs.lab();
        Needs.programs("tcpdump");
        Process demo = new ProcessBuilder(RIFT, "demo")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var lines = demo.inputReader()) {
            // By then the server and the namespaces are there, and peers are on their way.
            assertThat(lines.lines().anyMatch(line -> line.contains("direct, on one network")))
                    .isTrue();
            List<ProcessHandle> started = demo.descendants().toList();
            assertThat(started).isNotEmpty();
            assertThat(namespaces(demo.pid())).isNotEmpty();
            demo.destroy(); // SIGTERM, which a JVM handles like the SIGINT of Ctrl-C
            assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isNotZero();
            for (ProcessHandle each : started) {
                each.onExit().get(10, TimeUnit.SECONDS);
            }
            assertThat(namespaces(demo.pid())).isEmpty();
        } finally {
            demo.destroyForcibly();
        }
    }

    private static List<String> paths(String output) {
        return Pattern.compile("(?m)^ {2}\\S+ path +(\\S+) ")
                .matcher(output)
                .results()
                .map(path -> path.group(1))
                .toList();
    }

    private static List<String> namespaces(long demo) throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(NAMESPACES)) {
            return all.map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.startsWith("riftlab-" + demo + "-"))
                    .toList();
        }
    }
}
