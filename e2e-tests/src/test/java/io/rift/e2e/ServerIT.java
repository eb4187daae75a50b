package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.process.ServerProcess;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./rift server} as a process. */
@Timeout(120)
class ServerIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "rift.turn.port, 99999",
        "rift.turn.relay-ports, 50000-40000",
        "rift.turn.allowed-peers, 300.1.2.3/8",
    })
    void aSettingThatCannotWorkIsOneLineAndAFailure(String key, String value) throws IOException {
        Finished result = serve("--" + key + "=" + value);
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.err()).contains(key).hasLineCount(1);
    }

    @Test
    void aPortThatIsTakenIsOneLineAndAFailure() throws IOException {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Finished result = serve("--rift.turn.port=" + taken.getLocalPort(), "--rift.turn.bind-addresses=127.0.0.1");
            assertThat(result.exitCode()).isNotZero();
            assertThat(result.err())
                    .contains("rift.turn.port=" + taken.getLocalPort() + ": this UDP port is in use by another program")
                    .hasLineCount(1);
        }
    }

    @Test
    void itEndsInOrderOnSigterm() throws IOException {
        try (ServerProcess server = ServerProcess.start(
                command -> new ProcessBuilder(viaTheLauncher(command)),
                Needs.home().resolve("server/target/rift-server.jar"),
                directory,
                List.of("--rift.turn.bind-addresses=127.0.0.1"))) {
            server.ready();
            long pid = server.pid();
            assertThat(ProcessHandle.of(pid)
                            .flatMap(handle -> handle.info().command())
                            .orElseThrow())
                    .as("the launcher became the server, so that signals reach it")
                    .endsWith("java");
            // 143 = 128 + SIGTERM: how a JVM ends that was told to.
            assertThat(server.stop()).isEqualTo(143);
            assertThat(Files.readString(server.log())).doesNotContain("Exception", "ERROR");
        }
    }

    private static List<String> viaTheLauncher(List<String> command) {
        List<String> viaLauncher =
                new ArrayList<>(List.of(Needs.home().resolve("rift").toString(), "server"));
        viaLauncher.addAll(command.subList(command.indexOf("-jar") + 2, command.size()));
        return viaLauncher;
    }

    private static Finished serve(String... settings) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Needs.home().resolve("rift").toString(), "server", "--server.port=0", "--management.server.port=0"));
        // A key that is given twice has both values, which is a mistake of its own.
        if (List.of(settings).stream().noneMatch(setting -> setting.startsWith("--rift.turn.port="))) {
            command.add("--rift.turn.port=0");
        }
        command.addAll(List.of(settings));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("RIFT_JAVA_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        return Finished.run(builder, "", PATIENCE);
    }
}
