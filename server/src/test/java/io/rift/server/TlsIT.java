package io.rift.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients over TLS. */
@Timeout(60)
class TlsIT {

    private static final String ATTACKER = "127.0.9.66";
    private static final String CLIENT = "127.0.9.11";
    private static final int CHANNEL = 0x4001;

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;
    private static RiftServer server;

    @BeforeAll
    static void start() throws Exception {
        certificate = new TestCertificate(directory);
        certificate.write("first");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.users.alice=wonderland",
                "--rift.turn.tcp.message-timeout=2s",
                "--rift.turn.tcp.max-waiting=4",
                "--rift.turn.tcp.max-connections=8",
                "--rift.turn.allowed-peers=127.0.9.0/24"));
        server = RiftServer.start(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    @Requirement(rfc = 8656, section = "3.1", text = "Data of a client over TLS is relayed to peers over UDP and back")
    void twoClientsTalkThroughTheirRelays(String protocol) throws IOException {
        try (TurnTestClient alice = client(protocol);
                TurnTestClient bob = client(protocol)) {
            assertThat(alice.binding()).isEqualTo(alice.local());
            TransportAddress relayOfAlice = alice.allocate();
            TransportAddress relayOfBob = bob.allocate();
            assertThat(alice.bindChannel(CHANNEL, relayOfBob)).isEqualTo(200);
            assertThat(bob.bindChannel(CHANNEL, relayOfAlice)).isEqualTo(200);
            for (int length : List.of(1, 2, 3, 4, 160, 1200, 1400)) {
                byte[] data = new byte[length];
                Arrays.fill(data, (byte) length);
                alice.sendChannelData(CHANNEL, data);
                assertThat(bob.receiveChannelData(CHANNEL)).isEqualTo(data);
                bob.sendChannelData(CHANNEL, data);
                assertThat(alice.receiveChannelData(CHANNEL)).isEqualTo(data);
            }
            assertThat(alice.release()).isEqualTo(200);
            assertThat(bob.release()).isEqualTo(200);
        }
    }

    @Test
    @Requirement(rfc = 7443, section = "2", text = "The ALPN label stun.turn names TURN")
    void theLabelOfTurnIsNegotiatedWhenItIsOffered() throws IOException {
        try (StreamWire one = connect("TLSv1.3", "stun.turn");
                StreamWire several = connect("TLSv1.2", "h2", "stun.nat-discovery");
                StreamWire none = connect("TLSv1.3")) {
            assertThat(label(one)).isEqualTo("stun.turn");
            assertThat(label(several)).isEqualTo("stun.nat-discovery");
            assertThat(label(none)).isEmpty();
        }
    }

    @Test
    @Requirement(
            rfc = 7301,
            section = "3.2",
            text = "A client that offers only protocols unknown to the server is refused")
    void whoOffersOnlyOtherProtocolsIsRefused() {
        double before = ends("tls-failed");
        assertThatThrownBy(() -> connect("TLSv1.3", "h2", "http/1.1"))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("no_application_protocol");
        await().until(() -> ends("tls-failed") == before + 1);
    }

    @Test
    void aClientMayNotAskForHandshakeAfterHandshake() throws IOException {
        double before = ends("tls-failed");
        try (StreamWire wire = connect("TLSv1.2")) {
            SSLSocket socket = (SSLSocket) wire.socket();
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class);
        }
        await().until(() -> ends("tls-failed") == before + 1);
    }

    @Test
    void whatIsNoTlsIsRefusedAndCounted() {
        double before = ends("tls-failed");
        try (StreamWire wire = StreamWire.connect(ATTACKER, server.ports().turnTls())) {
            wire.sendRaw("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            assertThat(wire.isClosedWithin(5000)).isTrue();
        }
        await().until(() -> ends("tls-failed") == before + 1);
    }

    @Test
    void aRenewedCertificateIsForNewHandshakesAndEndsNoAllocation() throws Exception {
        certificate.write("old");
        await().until(() -> subject().equals("CN=old"));
        try (TurnTestClient before = client("TLSv1.3")) {
            before.allocate();
            certificate.write("new");
            await().until(() -> subject().equals("CN=new"));
            assertThat(before.permit(TransportAddress.parse("127.0.9.9:4000"))).isEqualTo(200);
            assertThat(before.release()).isEqualTo(200);
        }
    }

    private static String subject() throws IOException {
        try (StreamWire wire = connect("TLSv1.3")) {
            return TestCertificate.subject(wire);
        }
    }

    @Test
    void handshakesThatStopHalfwayDoNotKeepOthersOut() throws IOException {
        List<StreamWire> halfOpen = new ArrayList<>();
        try (TurnTestClient before = client("TLSv1.3")) {
            before.allocate();
            for (int i = 0; i < 20; i++) {
                StreamWire wire = StreamWire.connect(ATTACKER, server.ports().turnTls());
                wire.sendRaw((byte) 0x16, (byte) 3, (byte) 1, (byte) 2, (byte) 0, (byte) 1, (byte)
                        0); // a ClientHello begins
                halfOpen.add(wire);
            }
            try (TurnTestClient after = client("TLSv1.3")) {
                after.allocate();
                assertThat(after.release()).isEqualTo(200);
            }
            assertThat(before.release()).isEqualTo(200);
        } finally {
            halfOpen.forEach(StreamWire::close);
        }
        await().until(() -> ends("pushed-out") > 0);
    }

    @Test
    void aHandshakeHasToBeDoneInTimeHoweverManyBytesCome() {
        double before = ends("no-message");
        long began = System.nanoTime();
        try (StreamWire wire = StreamWire.connect(ATTACKER, server.ports().turnTls())) {
            wire.sendRaw((byte) 0x16, (byte) 3, (byte) 1, (byte) 2, (byte) 0, (byte) 1);
            while (System.nanoTime() - began < 20_000_000_000L && !wire.isClosedWithin(200)) {
                try {
                    wire.sendRaw((byte) 0);
                } catch (java.io.UncheckedIOException e) {
                    break;
                }
            }
            assertThat(System.nanoTime() - began).isBetween(1_800_000_000L, 10_000_000_000L);
        }
        await().until(() -> ends("no-message") == before + 1);
    }

    @Test
    void whoAsksForOtherKeysOnAndOnHasToGo() throws IOException {
        double before = ends("empty-records");
        try (StreamWire wire = connect("TLSv1.3");
                TurnTestClient deaf = new TurnTestClient(wire, "alice", "wonderland")) {
            deaf.allocate();
            int asked = askForOtherKeys((SSLSocket) wire.socket(), 50_000);
            assertThat(asked).isLessThan(50_000);
            await().until(() -> ends("empty-records") == before + 1);
        }
        try (TurnTestClient other = client("TLSv1.3")) {
            other.allocate();
            assertThat(other.release()).isEqualTo(200);
        }
    }

    /** JSSE says with it, when the handshake is done, that it has other keys and wants such, too. */
    private static int askForOtherKeys(SSLSocket socket, int times) {
        for (int i = 0; i < times; i++) {
            try {
                socket.startHandshake();
            } catch (IOException e) {
                return i;
            }
        }
        return times;
    }

    @Test
    void whoSendsDataMayAskForOtherKeysFromTimeToTime() throws IOException {
        try (StreamWire wire = connect("TLSv1.3");
                TurnTestClient client = new TurnTestClient(wire, "alice", "wonderland");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.ofLiteral("127.0.9.9"))) {
            client.allocate();
            TransportAddress open = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
            assertThat(client.bindChannel(CHANNEL, open))
                    .isEqualTo(200); // at a closed port ICMP errors would come back
            for (int i = 0; i < 100; i++) {
                for (int j = 0; j < 64; j++) {
                    client.sendChannelData(CHANNEL, new byte[4]);
                }
                askForOtherKeys((SSLSocket) wire.socket(), 1);
            }
            assertThat(client.binding()).isEqualTo(client.local());
            assertThat(client.release()).isEqualTo(200);
        }
    }

    private static String label(StreamWire wire) {
        return ((SSLSocket) wire.socket()).getApplicationProtocol();
    }

    private static double ends(String reason) {
        return Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"" + reason + "\"");
    }

    private static StreamWire connect(String protocol, String... alpn) throws IOException {
        return TestCertificate.connect(CLIENT, server.ports().turnTls(), protocol, alpn);
    }

    private static TurnTestClient client(String protocol) throws IOException {
        return new TurnTestClient(connect(protocol), "alice", "wonderland");
    }
}
