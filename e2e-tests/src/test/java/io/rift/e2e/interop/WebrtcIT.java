package io.rift.e2e.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.cli.lab.LabHost;
import io.rift.cli.lab.NatLab;
import io.rift.cli.lab.Programs;
import io.rift.cli.process.ServerProcess;
import io.rift.conformance.Needed;
import io.rift.e2e.Needs;
import io.rift.e2e.report.ClientVersions;
import io.rift.e2e.report.ForeignClient;
import io.rift.e2e.report.Interop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * WebRTC stacks that others wrote: two of their peers, which may use nothing but the relay, talk over a data channel. While
 * they do, the server says over which transport they have come; it also says how much it relayed.
 */
@Timeout(180)
class WebrtcIT {
    private static final String TALKS = "relay-only data channel, 50 messages each way";
    private static final String MESSAGES = "50";
    private static final String RELAYED = "rift_turn_relayed_bytes_total";
    private static final String ALLOCATIONS = "rift_turn_allocations";
    private static final String CONNECTIONS = "rift_turn_connections";

    @TempDir
    private static Path directory;

    private static NatLab lab;
    private static LabHost client;
    private static ServerProcess server;
    private static ServerMetrics metrics;
    private static TlsCertificate certificate;
    private static NodeProject node;

    /** Installs what comes from npm, too, with a bound of its own: that is none of the time that a test may take. */
    @BeforeAll
    static void start() throws Exception {
        Needs.lab();
        Needs.programs("bash");
        node = NodeProject.install();
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

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp", "tls"})
    @Interop(client = ForeignClient.CHROMIUM, transport = "UDP", shows = TALKS)
    @Interop(client = ForeignClient.CHROMIUM, transport = "TCP", shows = TALKS)
    @Interop(client = ForeignClient.CHROMIUM, transport = "TLS", shows = TALKS)
    void chromiumTalksThroughTheRelay(String transport) throws Exception {
        Needs.programs("chromium");
        JsonNode result = relayed(
                ForeignClient.CHROMIUM,
                transport,
                List.of(Programs.require("node"), node.program("chromium.mjs"), Programs.require("chromium")));
        assertClientSays(transport, result);
    }

    /** It says nothing of its transport, so that the server's word stands alone. */
    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp", "tls"})
    @Interop(client = ForeignClient.WERIFT, transport = "UDP", shows = TALKS)
    @Interop(client = ForeignClient.WERIFT, transport = "TCP", shows = TALKS)
    @Interop(client = ForeignClient.WERIFT, transport = "TLS", shows = TALKS)
    void weriftTalksThroughTheRelay(String transport) throws Exception {
        relayed(ForeignClient.WERIFT, transport, List.of(Programs.require("node"), node.program("werift.mjs")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp", "tcp", "tls"})
    @Interop(client = ForeignClient.WEBRTC_JAVA, transport = "UDP", shows = TALKS)
    @Interop(client = ForeignClient.WEBRTC_JAVA, transport = "TCP", shows = TALKS)
    @Interop(client = ForeignClient.WEBRTC_JAVA, transport = "TLS", shows = TALKS)
    void webrtcJavaTalksThroughTheRelay(String transport) throws Exception {
        Needed.that("amd64".equals(System.getProperty("os.arch")), "webrtc-java is here for amd64 only");
        JsonNode result = relayed(
                ForeignClient.WEBRTC_JAVA,
                transport,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WebrtcJavaPair.class.getName()));
        assertClientSays(transport, result);
    }

    /** Lets one pair talk, and returns what it said of that. */
    private static JsonNode relayed(ForeignClient client, String transport, List<String> program) throws Exception {
        assertConnections("");
        long relayedBefore = metrics.settled(RELAYED, "to-client");
        long allocationsBefore = metrics.settled(ALLOCATIONS, "");
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(MESSAGES, "alice", "wonderland", uri(transport)));
        ProcessBuilder builder = WebrtcIT.client.process(command);
        builder.environment()
                .put("NODE_EXTRA_CA_CERTS", certificate.certificate().toString());
        try (PairProcess pair = PairProcess.start(builder, directory)) {
            String version = pair.next().path("version").asString();
            JsonNode talking = pair.next();
            assertThat(talking.path("talking").asBoolean()).as("%s", talking).isTrue();
            // Published with the allocations, so that none is late.
            metrics.await(allocationsBefore + 2, ALLOCATIONS, "");
            assertConnections(transport);
            pair.goOn();
            JsonNode result = pair.next();
            assertThat(result.path("uri").asString()).isEqualTo(uri(transport));
            assertTalked(result);
            metrics.awaitAtLeast(relayedBefore + result.path("bytes").asLong(), RELAYED, "to-client");
            ClientVersions.here().put(client, version);
            return result;
        }
    }

    /** Two over this transport, if it is one that has connections, and none over any other. */
    private static void assertConnections(String transport) throws Exception {
        for (String each : List.of("tcp", "tls", "dtls")) {
            metrics.await(each.equals(transport) ? 2 : 0, CONNECTIONS, "transport=\"" + each + "\"");
        }
    }

    private static void assertTalked(JsonNode result) {
        assertThat(result.path("intact").asBoolean()).as("%s", result).isTrue();
        assertThat(result.path("bytes").asLong()).as("%s", result).isPositive();
        for (String peer : List.of("alice", "bob")) {
            assertThat(result.path("candidates").path(peer).valueStream().map(JsonNode::asString))
                    .as("%s", result)
                    .isNotEmpty()
                    .allSatisfy(candidate ->
                            assertThat(candidate).contains(lab.server().address(), " typ relay "));
        }
        assertThat(result.path("selected")).hasSize(2);
        for (JsonNode selected : result.path("selected")) {
            assertThat(selected.path("local").asString()).as("%s", result).isEqualTo("relay");
            assertThat(selected.path("remote").asString()).as("%s", result).isEqualTo("relay");
        }
    }

    private static void assertClientSays(String transport, JsonNode result) {
        for (JsonNode selected : result.path("selected")) {
            assertThat(selected.path("protocol").asString()).as("%s", result).isEqualTo(transport);
        }
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
