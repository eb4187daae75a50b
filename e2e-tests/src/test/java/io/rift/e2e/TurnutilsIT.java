package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.cli.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server serves coturn's own clients, over a network and not only over loopback. */
@Timeout(120)
class TurnutilsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int PEER_PORT = 3480;

    @TempDir
    private static Path directory;

    private static NatLab lab;
    private static ServerProcess server;
    private static LabHost client;
    private static LabHost peer;
    private static LabHost denied;
    private static Process echo;

    @BeforeAll
    static void start() throws IOException {
        Needs.lab();
        Needs.programs("turnutils_stunclient", "turnutils_uclient", "turnutils_peer");
        lab = NatLab.open();
        client = lab.publicHost("client");
        peer = lab.publicHost("peer");
        denied = lab.publicHost("denied");
        echo = peer.process(List.of(
                        Programs.require("turnutils_peer"), "-L", peer.address(), "-p", String.valueOf(PEER_PORT)))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("peer.log").toFile())
                .start();
        server = ServerProcess.start(
                lab.server()::process,
                Needs.home().resolve("server/target/rift-server.jar"),
                directory,
                List.of(
                        "--rift.turn.users.alice=wonderland",
                        "--rift.turn.shared-secrets=mushroom",
                        "--rift.turn.allowed-peers=" + NatLab.PUBLIC_NETWORK,
                        "--rift.turn.denied-peers=" + denied.address() + "/32"));
        server.ready();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.close();
        }
        if (echo != null) {
            echo.destroyForcibly().waitFor();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void theStunClientLearnsItsAddress() throws IOException {
        Finished result =
                run("turnutils_stunclient", "-p", turnPort(), lab.server().address());
        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out()).contains("UDP reflexive addr: " + client.address() + ":");
    }

    /** Channels and Send indications; with RTCP sockets (EVEN-PORT, RESERVATION-TOKEN) and without; extra requests. */
    @ParameterizedTest
    @ValueSource(strings = {"-c", "-c -s", "", "-s", "-c -G"})
    void clientsThatTalkToEachOtherLoseNothing(String options) throws IOException {
        assertNothingIsLost(uclient(options + " -y -m 2", 25, "-u", "alice", "-w", "wonderland"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "-c -s", "", "-s"})
    void aClientThatTalksToAPeerLosesNothing(String options) throws IOException {
        assertNothingIsLost(
                uclient(options + " -e " + peer.address() + " -r " + PEER_PORT, 25, "-u", "alice", "-w", "wonderland"));
    }

    @Test
    void aUserOfASharedSecretIsServed() throws IOException {
        assertNothingIsLost(uclient("-c -y -m 2", 10, "-u", "bob", "-W", "mushroom"));
    }

    @Test
    void aWrongPasswordIsRefused() throws IOException {
        Finished result = uclient("-c -y -m 1", 2, "-u", "alice", "-w", "rabbit");
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.out()).contains("Cannot complete Allocation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.10", "10.1.2.3", "127.0.0.1", "169.254.1.1", "224.0.0.1"})
    void aPeerThatIsDeniedByDefaultGets403(String address) throws IOException {
        assertForbidden(address);
    }

    @Test
    void aPeerThatIsDeniedByConfigurationGets403() throws IOException {
        assertForbidden(denied.address());
    }

    private static void assertForbidden(String address) throws IOException {
        Finished result = uclient("-c -e " + address + " -r " + PEER_PORT, 2, "-u", "alice", "-w", "wonderland");
        assertThat(result.exitCode()).isNotZero();
        assertThat(result.out()).contains("error 403 (Forbidden");
    }

    private static void assertNothingIsLost(Finished result) {
        assertThat(result.exitCode()).as(result.out()).isZero();
        assertThat(result.out())
                .contains("Total lost packets 0 (0.000000%), total send dropped 0 (0.000000%)")
                .doesNotContain("tot_recv_msgs=0\n");
    }

    private static Finished uclient(String options, int messages, String... credentials) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(credentials));
        arguments.addAll(List.of(options.strip().split(" +")).stream()
                .filter(option -> !option.isEmpty())
                .toList());
        arguments.addAll(List.of(
                "-p",
                turnPort(),
                "-n",
                String.valueOf(messages),
                "-z",
                "5",
                lab.server().address()));
        return run("turnutils_uclient", arguments.toArray(String[]::new));
    }

    private static Finished run(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Programs.require(program)));
        command.addAll(List.of(arguments));
        return Finished.run(client.process(command).redirectErrorStream(true), "", PATIENCE);
    }

    private static String turnPort() {
        return String.valueOf(server.port("turn"));
    }
}
