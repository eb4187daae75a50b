package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Coturn's own clients over loopback, with one shard: their RTCP sockets use a RESERVATION-TOKEN, which is good only on
 * the shard that gave it out.
 */
@Timeout(120)
class TurnutilsIT {

    private static final String PEER = "127.0.9.9";
    private static final String TO_PEER = "-e " + PEER + " -r PORT";

    @TempDir
    private static Path directory;

    private static RiftServer server;
    private static Process echo;
    private static int peerPort;

    @BeforeAll
    static void start() throws Exception {
        Programs.require("turnutils_stunclient", "turnutils_uclient", "turnutils_peer");
        TestCertificate certificate = new TestCertificate(directory);
        certificate.write("localhost", "-keyalg", "RSA");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.shards=1",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.allowed-peers=127.0.0.0/8",
                "--rift.turn.denied-peers=127.0.10.0/24",
                "--rift.turn.tcp-relay.enabled=true",
                "--rift.turn.highest-channel=0x7FFF", // coturn 4.6 chooses among all of RFC 5766
                "--rift.turn.users.alice=wonderland",
                "--rift.turn.shared-secrets=mushroom"));
        server = RiftServer.start(settings.toArray(String[]::new));
        peerPort = FreePort.at(PEER, 2); // the second is for RTCP
        echo = new ProcessBuilder("turnutils_peer", "-L", PEER, "-p", String.valueOf(peerPort))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("peer.log").toFile())
                .start();
        await().until(() -> echoes(peerPort) && echoes(peerPort + 1));
    }

    private static boolean echoes(int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            socket.setSoTimeout(200);
            byte[] data = {1, 2, 3, 4};
            socket.send(new DatagramPacket(data, data.length, InetAddress.ofLiteral(PEER), port));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return Arrays.equals(data, Arrays.copyOf(answer.getData(), answer.getLength()));
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (echo != null) {
            echo.destroyForcibly().waitFor();
        }
        if (server != null) {
            server.close();
        }
    }

    @Test
    void theStunClientLearnsItsAddress() throws Exception {
        assertThat(run("turnutils_stunclient", "-p", turnPort(), "127.0.0.1"))
                .contains("UDP reflexive addr: 127.0.0.1:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-y", "-y -c -s", TO_PEER, TO_PEER + " -s"})
    void nothingIsLost(String options) throws Exception {
        assertThat(uclient(options + " -u alice -w wonderland -n 50 -m 2"))
                .containsPattern("start_mclient: tot_send_msgs=([1-9]\\d+), tot_recv_msgs=\\1\n")
                .contains("Total lost packets 0 (0.000000%), total send dropped 0 (0.000000%)");
    }

    @Test
    void aUserOfASharedSecretIsServed() throws Exception {
        assertThat(uclient("-y -u bob -W mushroom -n 10 -m 2")).contains("Total lost packets 0 (0.000000%)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.1.2.3", "127.0.10.1", "224.0.0.1"})
    void aDeniedPeerIsForbidden(String peer) throws Exception {
        assertThat(uclient("-e " + peer + " -u alice -w wonderland -n 1 -m 1")).contains("error 403 (Forbidden");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t -y -c",
                "-t " + TO_PEER + " -s",
                "-t -S -y -c",
                "-S -y -c",
                "-S " + TO_PEER,
                "-t -S " + TO_PEER + " -s"
            })
    void nothingIsLostOverTcpTlsAndDtls(String options) throws Exception {
        assertThat(uclient(options + " -u alice -w wonderland -n 50 -m 2"))
                .containsPattern("start_mclient: tot_send_msgs=([1-9]\\d+), tot_recv_msgs=\\1\n")
                .contains("Total lost packets 0 (0.000000%), total send dropped 0 (0.000000%)");
    }

    /**
     * -T means client to client over TCP relays. What the client prints as lost there are reads that brought two messages
     * at once, as a stream may, so the bytes are compared.
     */
    @ParameterizedTest
    @ValueSource(strings = {"-T -n 50 -m 2", "-T -n 20 -m 2 -l 4000"})
    void nothingIsLostOverTcpRelays(String options) throws Exception {
        assertThat(uclient(options + " -t -u alice -w wonderland"))
                .containsPattern("start_mclient: tot_send_bytes ~ ([1-9]\\d+), tot_recv_bytes ~ \\1\n")
                .contains("total send dropped 0 (0.000000%)");
    }

    private static String uclient(String options) throws Exception {
        ServerPorts ports = server.ports();
        boolean tcp = options.contains("-t ");
        boolean encrypted = options.contains("-S ");
        int port = tcp && encrypted
                ? ports.turnTls()
                : tcp ? ports.turnTcp() : encrypted ? ports.turnDtls() : ports.turn();
        List<String> command = new ArrayList<>(List.of("turnutils_uclient", "-p", String.valueOf(port), "-z", "5"));
        command.addAll(List.of(options.replace("PORT", String.valueOf(peerPort)).split(" ")));
        command.add("127.0.0.1");
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) throws Exception {
        Path output = Files.createTempFile(directory, "client", ".log");
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

    private static String turnPort() {
        return String.valueOf(server.ports().turn());
    }
}
