package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.cli.capture.Canary;
import io.rift.cli.capture.PacketCapture;
import io.rift.cli.capture.PacketCapture.Transport;
import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatKind;
import io.rift.cli.lab.NatLab;
import io.rift.cli.process.ControlLine;
import io.rift.cli.process.Launch;
import io.rift.cli.process.ProcessFailure;
import io.rift.cli.process.ServerProcess;
import io.rift.cli.process.Tcpdump;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.PathType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes behind real NATs: which path they find, and what the server gets to know. */
@Timeout(180)
class NatPairsIT {
    private static final int MESSAGES = 1_000;

    @TempDir
    private static Path shared;

    private static NatLab lab;
    private static ServerProcess server;
    private static int homes;

    @TempDir
    private Path directory;

    @BeforeAll
    static void startTheServer() {
        Needs.lab();
        Needs.programs("tcpdump");
        lab = NatLab.open();
        server = ServerProcess.start(
                lab.server()::process,
                Needs.home().resolve("server/target/rift-server.jar"),
                shared,
                List.of("--rift.turn.allowed-peers=" + NatLab.PUBLIC_NETWORK, "--logging.level.root=DEBUG"));
        server.ready();
    }

    @AfterAll
    static void stopTheServer() {
        if (server != null) {
            server.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest(name = "{0} and {1} join by {2}, and the server learns nothing of what they say")
    @CsvSource({"PORT_RESTRICTED_CONE, PORT_RESTRICTED_CONE, SERVER_REFLEXIVE", "SYMMETRIC, SYMMETRIC, RELAYED"})
    void theServerNeverSeesWhatTheySay(NatKind aliceNat, NatKind bobNat, PathType path) throws Exception {
        Canary canary = Canary.random(new SecureRandom());
        try (Tcpdump tap = Tcpdump.start(lab.server()::process, "eth0", directory.resolve("tap.pcap"));
                PeerPair pair = pair(home(aliceNat), home(bobNat))) {
            pair.connect();
            pair.reach(path);
            pair.exchange(MESSAGES, canary.text());
            pair.isOn(path);

            Path live = heapDump(server.pid(), "server-live.hprof", List.of());
            Path all = heapDump(server.pid(), "server-all.hprof", List.of("-all"));
            Path alice = heapDump(pair.alice.pid(), "alice.hprof", List.of("-all"));
            PacketCapture capture = PacketCapture.read(tap.finish());

            // First that the searches find what is there ...
            Canary aliceId = new Canary(pair.aliceReady.value("id"));
            assertThat(canary.isIn(alice)).as("alice's heap has it").isTrue();
            assertThat(ProcessMemory.contains(pair.alice.pid(), canary))
                    .as("alice's memory has it")
                    .isTrue();
            assertThat(aliceId.isIn(live))
                    .as("the server's heap has alice's id")
                    .isTrue();
            assertThat(aliceId.isIn(all)).as("the server's heap has alice's id").isTrue();
            assertThat(ProcessMemory.contains(server.pid(), aliceId))
                    .as("the server's memory has alice's id")
                    .isTrue();
            assertThat(capture.contains(aliceId)).as("the tap has alice's id").isTrue();
            assertThat(Files.readString(server.log())).as("the log is at DEBUG").contains(" DEBUG ");
            // ... then that what they said is nowhere.
            assertThat(canary.isIn(live)).as("live objects of the server").isFalse();
            assertThat(canary.isIn(all)).as("all objects of the server").isFalse();
            assertThat(ProcessMemory.contains(server.pid(), canary))
                    .as("memory of the server")
                    .isFalse();
            assertThat(canary.isIn(server.log())).as("log of the server").isFalse();
            assertThat(capture.contains(canary)).as("packets at the server").isFalse();

            long messageBytes = 2L * MESSAGES * canary.text().length();
            if (path == PathType.RELAYED) {
                assertThat(udpBytes(capture))
                        .as("it all passed the tap, in and out")
                        .isGreaterThan(2 * messageBytes);
            } else {
                assertThat(udpBytes(capture)).as("none of it passed the tap").isLessThan(messageBytes);
            }
        }
    }

    @ParameterizedTest(name = "{0} and {1} join by {2}")
    @CsvSource({
        "FULL_CONE, PORT_RESTRICTED_CONE, SERVER_REFLEXIVE",
        "ADDRESS_RESTRICTED_CONE, PORT_RESTRICTED_CONE, SERVER_REFLEXIVE",
        "SYMMETRIC, FULL_CONE, PEER_REFLEXIVE",
        "ADDRESS_RESTRICTED_CONE, SYMMETRIC, PEER_REFLEXIVE",
        "PORT_RESTRICTED_CONE, SYMMETRIC, RELAYED",
    })
    void aPairJoinsAsTheMatrixSays(NatKind aliceNat, NatKind bobNat, PathType path) {
        try (PeerPair pair = pair(home(aliceNat), home(bobNat))) {
            pair.connect();
            pair.reach(path);
            pair.exchange(100, "hello");
            pair.isOn(path);
        }
    }

    @Test
    void peersOnOneNetworkJoinDirectly() {
        try (PeerPair pair = pair(lab.publicHost("alice-open"), lab.publicHost("bob-open"))) {
            pair.connect();
            pair.reach(PathType.HOST);
            pair.exchange(100, "hello");
        }
    }

    @Test
    void whereUdpIsBlockedTheFailureSaysSo() {
        try (PeerPair pair = pair(home(NatKind.UDP_BLOCKED), home(NatKind.FULL_CONE))) {
            ControlLine connect = ControlLine.of("connect", "to", pair.bobReady.value("id"));
            assertThatThrownBy(() -> pair.alice.ask(connect, "connected"))
                    .isInstanceOf(ProcessFailure.class)
                    .hasMessageContaining("no connection to peer " + pair.bobReady.value("id"));
        }
    }

    private static LabHost home(NatKind nat) {
        return lab.home(nat.label() + homes++, nat);
    }

    private PeerPair pair(LabHost alice, LabHost bob) {
        String uri = "ws://" + lab.server().address() + ":" + server.port("http");
        return new PeerPair(alice::process, bob::process, uri, IceTransportPolicy.ALL, directory);
    }

    private Path heapDump(long pid, String name, List<String> options) throws IOException {
        Path file = directory.resolve(name);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                "GC.heap_dump"));
        command.addAll(options);
        command.add(file.toString());
        Finished dump = Finished.run(Launch.here().process(command), "", Duration.ofMinutes(1));
        assertThat(dump.exitCode()).as(dump.out() + dump.err()).isZero();
        return file;
    }

    private static long udpBytes(PacketCapture capture) {
        return capture.packets().stream()
                .filter(packet -> packet.transport() == Transport.UDP)
                .mapToLong(packet -> packet.payload().remaining())
                .sum();
    }
}
