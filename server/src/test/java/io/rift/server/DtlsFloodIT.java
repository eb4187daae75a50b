package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.DatagramSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients over DTLS are bounded like those over TCP: see {@link ConnectionFloodIT}. */
@Timeout(60)
class DtlsFloodIT {

    private static final String ATTACKER = "127.0.9.66";
    private static final String CLIENT = "127.0.9.11";

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;

    private final List<DatagramSocket> sockets = new ArrayList<>();
    private RiftServer server;

    @BeforeAll
    static void certify() throws Exception {
        certificate = new TestCertificate(directory);
        certificate.write("turn");
    }

    @AfterEach
    void stop() {
        sockets.forEach(DatagramSocket::close);
        server.close();
    }

    @Test
    void whoStopsInAHandshakeMakesRoomForANewcomerAtOnce() throws IOException {
        start("--rift.turn.tcp.max-connections=2");
        stall(ATTACKER);
        stall(ATTACKER);
        awaitAssociations(2);
        try (TurnTestClient client = client()) {
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
        await().until(() -> ends("pushed-out") == 1);
        assertThat(ends("too-many")).isZero();
    }

    @Test
    void inAllThereAreOnlySoMany() throws IOException {
        start("--rift.turn.tcp.max-connections=2");
        try (TurnTestClient first = client();
                TurnTestClient second = client()) {
            first.allocate();
            second.allocate();
            stall(ATTACKER);
            await().until(() -> ends("too-many") == 1);
            awaitAssociations(2);
            assertThat(first.release()).isEqualTo(200);
            assertThat(second.release()).isEqualTo(200);
        }
        awaitAssociations(0);
        stall(ATTACKER);
        awaitAssociations(1);
    }

    @Test
    void oneAddressHasOnlySoManyAndWithOneMorePushesNobodyOut() throws IOException {
        start("--rift.turn.tcp.max-connections=2", "--rift.turn.tcp.max-connections-per-address=1");
        stall(CLIENT);
        stall(ATTACKER);
        awaitAssociations(2);
        stall(ATTACKER);
        await().until(() -> ends("too-many-from-address") == 1);
        assertThat(ends("pushed-out")).isZero();
        awaitAssociations(2);
    }

    /** More often than handshakes may be left unfinished at a time, so that each has to be done with. */
    @Test
    void whoBeginsAnewOnAndOnKeepsNobodyOut() throws IOException {
        start("--rift.turn.answer-budget-per-network=10MB");
        DatagramSocket socket = socket(ATTACKER);
        DtlsHello hello = DtlsHello.fresh();
        Random random = new Random(1);
        for (int i = 0; i < 1200; i++) {
            hello.another(random).begin(socket);
        }
        await().until(() -> ends("replaced") == 1199);
        awaitAssociations(1);
        try (TurnTestClient client = client()) {
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
        assertThat(ends("too-many")).isZero();
    }

    private void start(String... settings) {
        List<String> all = new ArrayList<>(certificate.settings());
        all.addAll(List.of(settings));
        all.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.tcp.message-timeout=40s",
                "--rift.turn.users.alice=wonderland"));
        server = RiftServer.start(all.toArray(String[]::new));
    }

    private void stall(String from) throws IOException {
        DtlsHello.fresh().begin(socket(from));
    }

    private DatagramSocket socket(String from) {
        DatagramSocket socket = DtlsWire.socket(from, 0, server.ports().turnDtls());
        sockets.add(socket);
        return socket;
    }

    private TurnTestClient client() throws IOException {
        return new TurnTestClient(DtlsWire.handshake(socket(CLIENT)), "alice", "wonderland");
    }

    private void awaitAssociations(int count) {
        await().until(() -> Scrape.sample(server, "rift_turn_connections", "transport=\"dtls\"") == count);
    }

    private double ends(String reason) {
        return Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"" + reason + "\"");
    }
}
