package io.rift.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.cli.process.ServerProcess;
import io.rift.conformance.Needed;
import io.rift.e2e.Finished;
import io.rift.e2e.Needs;
import io.rift.e2e.report.ClientVersions;
import io.rift.e2e.report.ForeignClient;
import io.rift.e2e.report.Interop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * WebRTC stacks that others wrote: two of their peers, which may use nothing but the relay, talk over a data channel. Each
 * stack says itself which pair of candidates it uses, and the server says how much it relayed.
 */
@Timeout(180)
class WebrtcIT {
    private static final String TALKS = "relay-only data channel, 50 messages each way";
    private static final String MESSAGES = "50";
    private static final String RELAYED = "rift_turn_relayed_bytes_total";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private static Path directory;

    private static NatLab lab;
    private static LabHost client;
    private static ServerProcess server;
    private static ServerMetrics metrics;
    private static TlsCertificate certificate;

    @BeforeAll
    static void start() throws Exception {
        Needs.lab();
        Needs.programs("bash");
        lab = NatLab.open();
        client = lab.publicHost("client");
        certificate = TlsCertificate.create(directory, lab.server().address());
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.add("--rift.turn.users.alice=wonderland");
        server = ServerProcess.start(
                lab.server()::process, Needs.home().resolve("server/target/rift-server.jar"), directory, settings);
        server.ready();
        metrics = new ServerMetrics(lab.server(), server);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Interop(client = ForeignClient.CHROMIUM, transport = "UDP", shows = TALKS)
    @Interop(client = ForeignClient.CHROMIUM, transport = "TCP", shows = TALKS)
    @Interop(client = ForeignClient.CHROMIUM, transport = "TLS", shows = TALKS)
    void chromiumTalksThroughTheRelay() throws Exception {
        Needs.programs("chromium");
        Path project = NodeProject.install();
        assertRelayed(
                ForeignClient.CHROMIUM,
                List.of(
                        Programs.require("node"),
                        project.resolve("chromium.mjs").toString(),
                        Programs.require("chromium")),
                "udp",
                "tcp",
                "tls");
    }

    @Test
    @Interop(client = ForeignClient.WERIFT, transport = "UDP", shows = TALKS)
    @Interop(client = ForeignClient.WERIFT, transport = "TCP", shows = TALKS)
    @Interop(client = ForeignClient.WERIFT, transport = "TLS", shows = TALKS)
    void weriftTalksThroughTheRelay() throws Exception {
        Path project = NodeProject.install();
        assertRelayed(
                ForeignClient.WERIFT,
                List.of(Programs.require("node"), project.resolve("werift.mjs").toString()),
                "udp",
                "tcp",
                "tls");
    }

    @Test
    @Interop(client = ForeignClient.WEBRTC_JAVA, transport = "UDP", shows = TALKS)
    @Interop(client = ForeignClient.WEBRTC_JAVA, transport = "TCP", shows = TALKS)
    @Interop(client = ForeignClient.WEBRTC_JAVA, transport = "TLS", shows = TALKS)
    void webrtcJavaTalksThroughTheRelay() throws Exception {
        Needed.that("amd64".equals(System.getProperty("os.arch")), "webrtc-java is here for amd64 only");
        assertRelayed(
                ForeignClient.WEBRTC_JAVA,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WebrtcJavaPair.class.getName()),
                "udp",
                "tcp",
                "tls");
    }

    private static void assertRelayed(ForeignClient client, List<String> program, String... transports)
            throws Exception {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(MESSAGES, "alice", "wonderland"));
        for (String transport : transports) {
            command.add(uri(transport));
        }
        long before = metrics.settled(RELAYED, "to-client");
        ProcessBuilder builder = WebrtcIT.client.process(command);
        builder.environment()
                .put("NODE_EXTRA_CA_CERTS", certificate.certificate().toString());
        Finished run = Finished.run(builder, "", PATIENCE);
        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        // Native libraries print remarks of their own in between.
        List<JsonNode> lines = run.out()
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JSON::readTree)
                .toList();
        ClientVersions.here().put(client, lines.getFirst().path("version").asString());
        List<JsonNode> results = lines.subList(1, lines.size());
        assertThat(results).hasSameSizeAs(transports);
        long messageBytes = 0;
        for (int i = 0; i < transports.length; i++) {
            JsonNode result = results.get(i);
            assertThat(result.path("uri").asString()).isEqualTo(uri(transports[i]));
            assertTalked(result, transports[i]);
            messageBytes += result.path("bytes").asLong();
        }
        assertThat(messageBytes).isPositive();
        metrics.awaitAtLeast(before + messageBytes, RELAYED, "to-client");
    }

    private static void assertTalked(JsonNode result, String transport) {
        assertThat(result.path("intact").asBoolean()).as("%s", result).isTrue();
        for (String peer : List.of("alice", "bob")) {
            assertThat(result.path("candidates").path(peer).valueStream().map(JsonNode::asString))
                    .as("%s", result)
                    .isNotEmpty()
                    .allSatisfy(candidate ->
                            assertThat(candidate).contains(lab.server().address(), " typ relay "));
        }
        for (JsonNode selected : result.path("selected")) {
            assertThat(selected.path("local").asString()).as("%s", result).isEqualTo("relay");
            assertThat(selected.path("remote").asString()).as("%s", result).isEqualTo("relay");
            if (selected.has("protocol")) {
                assertThat(selected.path("protocol").asString())
                        .as("%s", result)
                        .isEqualTo(transport);
            }
        }
        assertThat(result.path("selected")).hasSize(2);
    }

    private static String uri(String transport) {
        String host = lab.server().address() + ":";
        return switch (transport) {
            case "udp" -> "turn:" + host + server.port("turn") + "?transport=udp";
            case "tcp" -> "turn:" + host + server.port("turnTcp") + "?transport=tcp";
            case "tls" -> "turns:" + host + server.port("turnTls") + "?transport=tcp";
            default -> throw new IllegalArgumentException(transport);
        };
    }
}
