package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coturn's client of RFC 5780 over loopback, where two addresses stand for the server's two and no NAT is in between. */
@Timeout(120)
class NatDiscoveryIT {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "1, -m, No NAT! (Endpoint Independent Mapping)",
        "1, -f -P, NAT with Endpoint Independent Filtering!",
        "2, -f, NAT with Endpoint Independent Filtering!",
    })
    @Requirement(
            rfc = 5780,
            section = "4.4",
            text = "A client can tell by requests from one other address and port how its NAT filters")
    @Requirement(
            rfc = 5780,
            section = "4.3",
            text = "A client can tell by requests to the other address and port how its NAT maps")
    void aForeignClientLearnsThatThereIsNoNat(int shards, String options, String finding) throws Exception {
        Programs.require("turnutils_natdiscovery");
        try (RiftServer server = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.shards=" + shards,
                "--rift.turn.bind-addresses=127.0.0.1,127.0.0.2",
                "--rift.stun.discovery.enabled=true")) {
            assertThat(run(server.ports().turn(), options))
                    .contains("Other addr: : 127.0.0.2:" + server.ports().stun())
                    .contains(finding);
        }
    }

    private String run(int port, String options) throws Exception {
        Path output = Files.createTempFile(directory, "natdiscovery", ".log");
        List<String> command = new ArrayList<>(List.of("turnutils_natdiscovery", "-p", String.valueOf(port)));
        command.addAll(List.of("-L", "127.0.9.8"));
        command.addAll(List.of(options.split(" ")));
        command.add("127.0.0.1");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
