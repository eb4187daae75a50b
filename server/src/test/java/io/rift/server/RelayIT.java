package io.rift.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A whole server in this JVM, and clients of it over loopback. */
@Timeout(60)
class RelayIT {

    private static final String USER = "queen-of-hearts";
    private static final String PASSWORD = "tarts";

    /** An address that nothing but the clients uses, so that it cannot be anywhere by chance. */
    private static final String CLIENT_ADDRESS = "127.0.9.7";

    private static final int CHANNEL = 0x4001;

    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    @TempDir
    private static Path directory;

    private static RiftServer server;

    @BeforeAll
    static void start() {
        server = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.users." + USER + "=" + PASSWORD,
                "--rift.turn.allowed-peers=127.0.9.0/24",
                "--rift.diagnostics.capture=" + directory.resolve("server.pcap"));
        Logger ours = (Logger) LoggerFactory.getLogger("io.rift");
        ours.setLevel(Level.DEBUG);
        ours.setAdditive(false); // what is at DEBUG does not belong on the console of a test
        LOG.start();
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).addAppender(LOG);
        ours.addAppender(LOG);
    }

    @AfterAll
    static void stop() {
        server.close();
        Logger ours = (Logger) LoggerFactory.getLogger("io.rift");
        ours.detachAppender(LOG);
        ours.setAdditive(true);
        ((Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)).detachAppender(LOG);
    }

    @Test
    @Requirement(
            rfc = 8489,
            section = "12",
            text = "A Binding request is answered with the source address that it was seen with")
    void bothPortsAnswerBindingRequests() {
        for (int port : List.of(server.ports().turn(), server.ports().stun())) {
            try (TurnTestClient client = client(port)) {
                assertThat(client.binding()).isEqualTo(client.local());
            }
        }
    }

    @Test
    void theSecondPortAnswersNothingElse() {
        try (TurnTestClient client = client(server.ports().stun())) {
            client.send(new byte[] {0, 3, 0, 0, 0x21, 0x12, (byte) 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
            // Answers come in order, so the one to the Binding request would not be the first.
            assertThat(client.binding()).isEqualTo(client.local());
        }
        await().untilAsserted(() -> assertThat(sample("rift_turn_drops_total", "reason=\"not-binding\""))
                .isEqualTo(1));
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "12.6",
            text = "ChannelData on a bound channel goes to its peer from the relayed address")
    @Requirement(
            rfc = 8656,
            section = "12.7",
            text = "Data from a peer with a channel reaches the client as ChannelData")
    void twoClientsTalkThroughTheirRelays() throws IOException {
        awaitWhatOtherTestsCount();
        double packetsBefore = sample("rift_turn_relayed_packets_total", "direction=\"to-peer\"");
        double bytesBefore = sample("rift_turn_relayed_bytes_total", "direction=\"to-client\"");
        twoClientsTalk();
        assertThat(sampleSoon("rift_turn_allocations", "", 0)).isZero();
        assertThat(sample("rift_turn_relayed_packets_total", "direction=\"to-peer\""))
                .isEqualTo(packetsBefore + 9);
        assertThat(sample("rift_turn_relayed_bytes_total", "direction=\"to-client\""))
                .isEqualTo(bytesBefore + 9 + 1 + 2 + 3 + 4 + 5 + 160 + 1200 + 1400);
        assertThat(sample("rift_turn_allocate_results_total", "code=\"401\"")).isPositive();
    }

    @Test
    @Requirement(rfc = 8656, section = "12", text = "Channel numbers are 0x4000 to 0x4FFF")
    void channelNumbersEndAt4FffUnlessTheOperatorWantsThoseOfRfc5766() {
        TransportAddress peer = TransportAddress.parse("127.0.9.9:5000");
        try (TurnTestClient alice = client(server.ports().turn())) {
            alice.allocate();
            assertThat(alice.bindChannel(0x5000, peer)).isEqualTo(400);
            assertThat(alice.bindChannel(0x4FFF, peer)).isEqualTo(200);
            assertThat(alice.release()).isEqualTo(200);
        }
        try (RiftServer lenient = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.turn.users." + USER + "=" + PASSWORD,
                        "--rift.turn.allowed-peers=127.0.9.0/24",
                        "--rift.turn.highest-channel=0x7FFF");
                TurnTestClient bob = client(lenient.ports().turn())) {
            bob.allocate();
            assertThat(bob.bindChannel(0x7FFF, peer)).isEqualTo(200);
            assertThat(bob.bindChannel(0x8000, TransportAddress.parse("127.0.9.9:5001")))
                    .isEqualTo(400);
        }
    }

    /** An allocation that is published is published with all that came before it. */
    private static void awaitWhatOtherTestsCount() {
        await().until(() -> sample("rift_turn_allocations", "") == 0);
        try (TurnTestClient alice = client(server.ports().turn())) {
            alice.allocate();
            await().until(() -> sample("rift_turn_allocations", "") == 1);
            assertThat(alice.release()).isEqualTo(200);
        }
    }

    private static void twoClientsTalk() {
        try (TurnTestClient alice = client(server.ports().turn());
                TurnTestClient bob = client(server.ports().turn())) {
            TransportAddress relayOfAlice = alice.allocate();
            TransportAddress relayOfBob = bob.allocate();
            assertThat(relayOfAlice.ip()).hasToString("127.0.0.1");
            assertThat(alice.bindChannel(CHANNEL, relayOfBob)).isEqualTo(200);
            assertThat(bob.permit(relayOfAlice)).isEqualTo(200);

            alice.sendChannelData(CHANNEL, "who stole".getBytes(UTF_8));
            StunMessage arrived = bob.receiveIndication();
            assertThat(arrived.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(relayOfAlice);
            assertThat(text(arrived.get(TurnAttributes.DATA))).isEqualTo("who stole");

            for (int length : List.of(1, 2, 3, 4, 5, 160, 1200, 1400)) {
                byte[] data = new byte[length];
                Arrays.fill(data, (byte) length);
                bob.sendIndication(relayOfAlice, data);
                assertThat(alice.receiveChannelData(CHANNEL)).isEqualTo(data);
            }
            await().until(() -> sample("rift_turn_allocations", "") == 2);
            assertThat(alice.release()).isEqualTo(200);
            assertThat(bob.release()).isEqualTo(200);
        }
    }

    /** Netty's datagram channels cannot send zero bytes, so this would be dropped on the way through the kernel. */
    @Test
    void whatTwoClientsSendToEachOtherDoesNotGoThroughTheKernel() {
        try (TurnTestClient alice = client(server.ports().turn());
                TurnTestClient bob = client(server.ports().turn())) {
            TransportAddress relayOfAlice = alice.allocate();
            TransportAddress relayOfBob = bob.allocate();
            assertThat(alice.bindChannel(CHANNEL, relayOfBob)).isEqualTo(200);
            assertThat(bob.bindChannel(CHANNEL, relayOfAlice)).isEqualTo(200);
            alice.sendChannelData(CHANNEL, new byte[0]);
            assertThat(bob.receiveChannelData(CHANNEL)).isEmpty();
            assertThat(alice.release()).isEqualTo(200);
            assertThat(bob.release()).isEqualTo(200);
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "10.2", text = "A peer that the server forbids is answered 403")
    void anAllowedPeerIsReachedAndAnythingElseIsForbidden() throws IOException {
        try (TurnTestClient alice = client(server.ports().turn());
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            peer.setSoTimeout(5000);
            TransportAddress peerAddress = TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
            alice.allocate();
            assertThat(alice.bindChannel(CHANNEL, peerAddress)).isEqualTo(200);
            alice.sendChannelData(CHANNEL, "ping".getBytes(UTF_8));
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            peer.receive(packet);
            assertThat(new String(packet.getData(), 0, packet.getLength(), UTF_8))
                    .isEqualTo("ping");
            packet.setData("pong".getBytes(UTF_8));
            peer.send(packet);
            assertThat(alice.receiveChannelData(CHANNEL)).asString(UTF_8).isEqualTo("pong");

            for (String forbidden : List.of("127.0.10.1:80", "10.0.0.1:80", "169.254.169.254:80", "224.0.0.1:80")) {
                assertThat(alice.permit(TransportAddress.parse(forbidden)))
                        .as(forbidden)
                        .isEqualTo(403);
            }
            alice.release();
        }
    }

    @Test
    void aDeniedPortIsForbiddenWhateverTheAddressUnlessTheListIsEmpty() {
        TransportAddress nameServer = TransportAddress.parse("127.0.9.9:53");
        try (TurnTestClient alice = client(server.ports().turn())) {
            alice.allocate();
            assertThat(alice.bindChannel(CHANNEL, nameServer)).isEqualTo(403);
            alice.release();
        }
        try (RiftServer open = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=-1",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.turn.users." + USER + "=" + PASSWORD,
                        "--rift.turn.allowed-peers=127.0.9.0/24",
                        "--rift.turn.denied-ports=");
                TurnTestClient alice = client(open.ports().turn())) {
            alice.allocate();
            assertThat(alice.bindChannel(CHANNEL, nameServer)).isEqualTo(200);
            alice.release();
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "21.2.2", text = "The server is no way to its own services")
    void theServersOwnAddressIsNoPeerButAtItsLiveRelays() throws IOException {
        try (TurnTestClient alice = client(server.ports().turn());
                DatagramSocket service = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            service.setSoTimeout(300);
            alice.allocate();
            TransportAddress own = TransportAddress.of((InetSocketAddress) service.getLocalSocketAddress());
            alice.permit(own);
            double before = sample("rift_turn_drops_total", "reason=\"peer-refused\"");
            alice.sendIndication(own, "let me in".getBytes(UTF_8));
            assertThat(sampleSoon("rift_turn_drops_total", "reason=\"peer-refused\"", before + 1))
                    .isEqualTo(before + 1);
            alice.release();
        }
    }

    @Test
    void whatTheSocketsCannotCarryIsCountedAndHarmsNobody() throws IOException {
        try (TurnTestClient alice = client(server.ports().turn())) {
            alice.allocate();
            alice.bindChannel(CHANNEL, closedPort());
            alice.send(new byte[2500]);
            alice.sendChannelData(CHANNEL, new byte[0]);
            assertThat(sampleSoon("rift_turn_drops_total", "reason=\"oversized\"", 1))
                    .isEqualTo(1);
            assertThat(sampleSoon("rift_turn_drops_total", "reason=\"empty\"", 1))
                    .isEqualTo(1);

            for (int i = 0; i < 20; i++) { // what is sent there comes back as an ICMP error
                alice.sendChannelData(CHANNEL, "is anybody there".getBytes(UTF_8));
            }
            assertThat(alice.binding()).isEqualTo(alice.local());
            assertThat(alice.release()).isEqualTo(200);
        }
    }

    private static TransportAddress closedPort() throws IOException {
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            return TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
        }
    }

    @Test
    void nothingInAScrapeNamesAnyone() throws IOException {
        twoClientsTalk();
        String scrape = get("/actuator/prometheus").body();
        assertThat(scrape)
                .contains("rift_connections_total{local_nat=\"none\",path=\"failed\",remote_nat=\"unknown\"} 0.0")
                .contains("rift_connection_time_seconds_count{path=\"turn\"} 0")
                .doesNotContain(USER, "127.0.");
    }

    @Test
    void everyMetricIsInTheTableOfTheDocument() throws IOException {
        String document = Files.readString(Path.of("../docs/configuration.md"));
        List<String> names = get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("# TYPE rift_"))
                .map(line -> line.substring("# TYPE ".length(), line.lastIndexOf(' ')))
                .filter(name -> !name.endsWith("_max")) // of a histogram, beside it
                .toList();
        assertThat(names).hasSizeGreaterThan(20).allMatch(name -> document.contains("`" + name + "`"));
    }

    @Test
    void whatIsLoggedAtInfoNamesNobody() {
        twoClientsTalk();
        List<String> detailed = LOG.list.stream().map(RelayIT::line).toList();
        assertThat(detailed).as("at DEBUG, addresses are to be seen").anyMatch(line -> line.contains("127.0.0.1:"));
        List<String> public_ = LOG.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(RelayIT::line)
                .toList();
        assertThat(public_).noneMatch(line -> line.contains("127.0.") || line.contains(USER));
    }

    @Test
    void healthIsGreen() throws IOException {
        HttpResponse<String> health = get("/actuator/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("\"stun\":{\"status\":\"UP\"}");
    }

    @Test
    void theCaptureHasWhatWasSentAndReceived() throws IOException {
        twoClientsTalk();
        byte[] capture = Files.readAllBytes(directory.resolve("server.pcap"));
        assertThat(new String(capture, ISO_8859_1)).contains("who stole");
    }

    private static TurnTestClient client(int port) {
        return new TurnTestClient(
                CLIENT_ADDRESS, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), USER, PASSWORD);
    }

    private static String text(ByteBuffer data) {
        return UTF_8.decode(Objects.requireNonNull(data)).toString();
    }

    private static String line(ILoggingEvent event) {
        return event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs() + " "
                + (event.getThrowableProxy() == null
                        ? ""
                        : event.getThrowableProxy().getMessage());
    }

    /** Waits until a series has the value, as counters are published a moment later; answers with the last one seen. */
    private static double sampleSoon(String name, String label, double expected) throws IOException {
        await().until(() -> sample(name, label) == expected);
        return sample(name, label);
    }

    private static double sample(String name, String label) throws IOException {
        return get("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + (label.isEmpty() ? " " : "{")) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> get(String path) throws IOException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + server.ports().management() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
