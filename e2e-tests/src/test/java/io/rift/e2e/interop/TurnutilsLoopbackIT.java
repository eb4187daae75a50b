package io.rift.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.Programs;
import io.rift.cli.process.ServerProcess;
import io.rift.conformance.Needed;
import io.rift.e2e.Finished;
import io.rift.e2e.Needs;
import io.rift.e2e.report.ForeignClient;
import io.rift.e2e.report.Interop;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What coturn's client does with relays of both families on loopback, where it needs no root. */
@Timeout(120)
class TurnutilsLoopbackIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private static Path directory;

    private static ServerProcess server;

    @BeforeAll
    static void start() {
        Needs.programs("turnutils_uclient");
        Needed.that(hasIpv6Loopback(), "this machine has no ::1");
        server = ServerProcess.start(
                ProcessBuilder::new,
                Needs.home().resolve("server/target/rift-server.jar"),
                directory,
                List.of(
                        "--rift.turn.bind-addresses=::1,127.0.0.1",
                        "--rift.turn.highest-channel=0x7FFF", // coturn 4.6 chooses among all of RFC 5766
                        "--rift.turn.users.alice=wonderland"));
        server.ready();
    }

    private static boolean hasIpv6Loopback() {
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.ofLiteral("::1"))) {
            return probe.isBound();
        } catch (SocketException e) {
            return false;
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-x -c ::1", "-x -s ::1", "-x -c 127.0.0.1", "-X -c ::1", "-c ::1"})
    @Interop(
            client = ForeignClient.TURNUTILS_UCLIENT,
            transport = "UDP",
            shows = "two clients over IPv4 or IPv6 talk through relays of IPv6 or IPv4, also with RTCP ports")
    void relaysOfEitherFamilyServeClientsOfEither(String options) throws IOException {
        assertNothingIsLost(options, "turn");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t -x -c ::1", "-t -X -c ::1"})
    @Interop(
            client = ForeignClient.TURNUTILS_UCLIENT,
            transport = "TCP",
            shows = "two clients over IPv6 talk through relays of IPv6 or IPv4")
    void soDoThoseOverTcp(String options) throws IOException {
        assertNothingIsLost(options, "turnTcp");
    }

    private static void assertNothingIsLost(String options, String port) throws IOException {
        List<String> command = new ArrayList<>(List.of(Programs.require("turnutils_uclient")));
        command.addAll(List.of(
                ("-u alice -w wonderland -y -m 2 -n 20 -z 5 -p " + server.port(port) + " " + options).split(" ")));
        Finished result = Finished.run(new ProcessBuilder(command).redirectErrorStream(true), "", PATIENCE);
        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out()).contains("Total lost packets 0 (0.000000%), total send dropped 0 (0.000000%)");
    }
}
