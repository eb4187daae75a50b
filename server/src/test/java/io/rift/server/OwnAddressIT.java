package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Needed;
import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Addresses of interfaces that are of no use to anybody else, on a real kernel in a network namespace of its own. */
@Timeout(120)
class OwnAddressIT {

    /** Linux delivers what is sent to an address of its own, whatever the state of the interface. */
    private static final String WITHOUT_A_CARRIER = "203.0.113.9";

    private static final String IN_NAMESPACE = """
            set -e
            ip link set lo up
            ip link add v0 type veth peer name v1
            ip link set v0 up
            ip addr add %s/32 dev v0
            exec "$@"
            """.formatted(WITHOUT_A_CARRIER);

    @TempDir
    private Path directory;

    @Test
    @Requirement(rfc = 8656, section = "21.2.2", text = "The server is no way to its own services")
    void anAddressWhoseInterfaceHasNoCarrierIsNoPeer() throws IOException, InterruptedException {
        Programs.require("unshare", "ip", "sh");
        Needed.that(
                new ProcessBuilder("unshare", "--net", "true").start().waitFor() == 0,
                "this user may not make a network namespace");
        Path output = directory.resolve("output.log");
        Process process = new ProcessBuilder(
                        "unshare",
                        "--net",
                        "sh",
                        "-c",
                        IN_NAMESPACE,
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Client.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile()) // a pipe could not be read with a limit
                .start();
        try {
            assertThat(process.waitFor(90, TimeUnit.SECONDS))
                    .as(() -> read(output))
                    .isTrue();
            assertThat(output).content().contains("to itself 403, elsewhere 200");
        } finally {
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Runs in the namespace: a server and a client of it. */
    static final class Client {
        private Client() {}

        /** Prints how the server answers. */
        public static void main(String[] arguments) {
            try (RiftServer server = RiftServer.start(
                            "--server.port=0",
                            "--management.server.port=-1",
                            "--rift.turn.port=0",
                            "--rift.turn.bind-addresses=127.0.0.1",
                            "--rift.turn.allowed-peers=203.0.113.0/24",
                            "--rift.turn.users.alice=wonderland");
                    TurnTestClient alice = new TurnTestClient(
                            "127.0.0.1",
                            new InetSocketAddress(
                                    InetAddress.getLoopbackAddress(),
                                    server.ports().turn()),
                            "alice",
                            "wonderland")) {
                alice.allocate();
                int own = alice.bindChannel(0x4001, TransportAddress.parse(WITHOUT_A_CARRIER + ":2222"));
                int other = alice.bindChannel(0x4002, TransportAddress.parse("203.0.113.10:2222"));
                System.out.println("to itself " + own + ", elsewhere " + other);
            }
        }
    }
}
