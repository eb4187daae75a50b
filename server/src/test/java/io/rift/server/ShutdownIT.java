package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ShutdownIT {

    private static final int KILLED_BY_SIGTERM = 128 + 15;

    @TempDir
    private Path directory;

    @Test
    void sigtermClosesEverythingPromptlyAndSaysSoInOneLine() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                                directory,
                                "--server.port=0",
                                "--management.server.port=0",
                                "--rift.turn.port=0",
                                "--rift.turn.bind-addresses=127.0.0.1",
                                "--rift.turn.users.alice=wonderland")
                        .awaitReady();
                TurnTestClient client = new TurnTestClient(
                        "127.0.9.7",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port("turn")),
                        "alice",
                        "wonderland")) {
            client.allocate();
            long before = System.nanoTime();
            server.terminate();
            assertThat(server.exitCode()).isEqualTo(KILLED_BY_SIGTERM);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
            assertThat(server.err()).isEmpty();
            assertThat(server.out()).startsWith("Rift is ready\n  rendezvous   ws://127.0.0.1:" + server.port("http"));
            List<String> logLines = server.out()
                    .lines()
                    .filter(line -> line.matches("\\d\\d:.*"))
                    .toList();
            assertThat(logLines)
                    .singleElement()
                    .asString()
                    .contains("INFO", "stopping", "allocations=1")
                    .doesNotContain("127.0.", "alice");
        }
    }
}
