package io.rift.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.rift.protocol.TransportAddress;
import io.rift.server.config.ConfigurationException;
import io.rift.server.socket.TurnSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The admin API and reload, over a real management port, with allocations that go on meanwhile. */
@Timeout(120)
class AdminIT {

    private static final String TOKEN = "a-token-of-this-test";
    private static final int CHANNEL = 0x4001;
    private static final Path DOCUMENT = Path.of("../docs/admin.md");
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    private Path directory;

    private Path file;
    private RiftServer server;

    @BeforeEach
    void start() throws IOException {
        file = directory.resolve("rift.properties");
        configure("rift.turn.users.alice=wonderland", "rift.turn.shared-secrets=first");
        server = RiftServer.start(arguments());
    }

    private String[] arguments() {
        return new String[] {
            "--server.port=0",
            "--management.server.port=0",
            "--rift.turn.port=0",
            "--rift.turn.bind-addresses=127.0.0.1",
            "--rift.turn.tcp.port=0",
            "--rift.turn.allowed-peers=127.0.9.0/24",
            "--rift.admin.token=" + TOKEN,
            "--spring.config.additional-location=file:" + file
        };
    }

    private void configure(String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    // --- who gets in, and where ---

    @Test
    void withoutTheTokenNothingIsAnswered() throws Exception {
        assertThat(send("GET", "/admin/allocations", null, null).statusCode()).isEqualTo(401);
        HttpResponse<String> wrong = send("POST", "/admin/reload", null, "wrong-token-of-16");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(JSON.readTree(wrong.body()).get("error").asString()).isEqualTo("unauthorized");
        int refused = 2;
        int status = 401;
        for (; status == 401 && refused < 100; refused++) { // one a second is allowed, so that it may take some more
            status =
                    send("GET", "/admin/allocations", null, "wrong-token-of-16").statusCode();
        }
        assertThat(status).isEqualTo(429);
        assertThat(refused).isGreaterThan(10);
        assertThat(send("GET", "/admin/allocations", null, TOKEN).statusCode()).isEqualTo(200);
        assertThat(Scrape.sample(server, "rift_admin_refused_total", "")).isEqualTo(refused);
    }

    @Test
    void theMainPortHasNoAdminApi() throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.ports().http() + "/admin/allocations");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer " + TOKEN)
                    .build();
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void withoutATokenThereIsNoAdminApi() throws Exception {
        try (RiftServer closed = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1")) {
            URI uri = URI.create("http://127.0.0.1:" + closed.ports().management() + "/admin/allocations");
            try (HttpClient http = HttpClient.newHttpClient()) {
                assertThat(http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(404);
            }
        }
    }

    @Test
    void aTokenWithoutAManagementPortOfItsOwnEndsTheStart() {
        assertThatThrownBy(() -> RiftServer.start(
                                "--server.port=0",
                                "--management.server.port=-1",
                                "--rift.turn.port=0",
                                "--rift.turn.bind-addresses=127.0.0.1",
                                "--rift.admin.token=" + TOKEN)
                        .close())
                .hasRootCauseInstanceOf(ConfigurationException.class)
                .rootCause()
                .hasMessageContaining("rift.admin.token: the admin API needs a management.server.port");
    }

    @Test
    void whoComesFromNowhereIsRefusedLikeAnybody() throws Exception {
        try (RiftServer proxied = RiftServer.start(
                Stream.concat(Stream.of(arguments()), Stream.of("--server.forward-headers-strategy=native"))
                        .toArray(String[]::new))) {
            URI uri = URI.create("http://127.0.0.1:" + proxied.ports().management() + "/admin/allocations");
            try (HttpClient http = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(uri)
                        .header("X-Forwarded-For", "unknown")
                        .build();
                assertThat(http.send(request, HttpResponse.BodyHandlers.ofString())
                                .statusCode())
                        .isEqualTo(401);
            }
        }
    }

    @Test
    void whoSaysNothingAtTheManagementPortKeepsNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 150; i++) {
                silent.add(new Socket(
                        InetAddress.getLoopbackAddress(), server.ports().management()));
            }
            HttpResponse<String> answer = send("GET", "/admin/allocations", null, TOKEN);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Connection")).hasValue("close");
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    // --- allocations ---

    @Test
    void allocationsAreListedInPagesInspectedAndEnded() throws Exception {
        try (TurnTestClient alice = client("wonderland");
                TurnTestClient other = client("wonderland")) {
            TransportAddress relayed = alice.allocate();
            TransportAddress peer = other.allocate();
            assertThat(alice.bindChannel(CHANNEL, peer)).isEqualTo(200);
            alice.sendChannelData(CHANNEL, "12345".getBytes(UTF_8));

            JsonNode first = ok("GET", "/admin/allocations?limit=1");
            JsonNode second = ok("GET", "/admin/allocations?limit=1&after=" + text(first, "next"));
            JsonNode listed = first.get("allocations").get(0);
            String id = text(listed, "id");
            assertThat(text(listed, "client")).isEqualTo(alice.local().toString());
            assertThat(text(listed, "user")).isEqualTo("alice");
            assertThat(text(listed, "transport")).isEqualTo("UDP");
            assertThat(listed.get("relayed").get(0).asString()).isEqualTo(relayed.toString());
            assertThat(text(second.get("allocations").get(0), "client"))
                    .isEqualTo(other.local().toString());
            assertThat(ok("GET", "/admin/allocations?after=" + text(second, "next"))
                            .get("allocations")
                            .isEmpty())
                    .isTrue();

            JsonNode details = ok("GET", "/admin/allocations/" + id);
            assertThat(details.get("channels").get(0).get("number").asString()).isEqualTo("0x4001");
            assertThat(details.get("permissions").get(0).get("peer").asString()).isEqualTo("127.0.0.1");
            assertThat(details.get("allocation").get("toPeers").get("bytes").asInt())
                    .isEqualTo(5);

            assertThat(ok("DELETE", "/admin/allocations/" + id).get("ended").asInt())
                    .isEqualTo(1);
            assertThat(alice.release()).isEqualTo(437);
            assertFails(404, "not-found", "GET", "/admin/allocations/" + id, null);
            assertFails(404, "not-found", "DELETE", "/admin/allocations/" + id, null);
            assertFails(404, "not-found", "DELETE", "/admin/allocations/7-1", null);
            assertThat(other.release()).isEqualTo(200);
        }
    }

    @Test
    void whatCannotBeReadIs400() throws Exception {
        assertFails(400, "bad-request", "GET", "/admin/allocations?limit=0", null);
        assertFails(400, "bad-request", "GET", "/admin/allocations?limit=1001", null);
        assertFails(400, "bad-request", "GET", "/admin/allocations?after=x", null);
        assertFails(400, "bad-request", "GET", "/admin/allocations/seventeen", null);
        assertFails(400, "bad-request", "POST", "/admin/revocations", "");
        assertFails(400, "bad-request", "POST", "/admin/revocations", "{");
        assertFails(400, "bad-request", "POST", "/admin/revocations", "{\"user\": \"\"}");
        assertFails(400, "bad-request", "POST", "/admin/revocations", "{\"user\": \"x\", \"seconds\": 99999999}");
        assertFails(400, "bad-request", "POST", "/admin/revocations", "{\"user\": \"" + "x".repeat(509) + "\"}");
        assertFails(400, "bad-request", "DELETE", "/admin/revocations", null);
        assertFails(404, "not-found", "DELETE", "/admin/revocations?user=nobody", null);
    }

    @Test
    void aRevokedUserIsCutOffUntilItIsTakenBack() throws Exception {
        try (TurnTestClient alice = client("wonderland");
                TurnTestClient again = client("wonderland")) {
            alice.allocate();
            again.allocate();
            again.release();
            assertThat(ok("POST", "/admin/revocations", "{\"user\": \"alice\", \"seconds\": 60}")
                            .get("ended")
                            .asInt())
                    .isEqualTo(1);

            assertThat(alice.release()).isEqualTo(401);
            assertThat(ok("GET", "/admin/revocations")
                            .get("revocations")
                            .get(0)
                            .get("user")
                            .asString())
                    .isEqualTo("alice");
            assertThat(Scrape.sample(server, "rift_admin_revocations", "")).isEqualTo(1);
            assertThat(ok("DELETE", "/admin/revocations?user=alice")
                            .get("revocations")
                            .isEmpty())
                    .isTrue();
            assertThat(alice.release()).isEqualTo(437);
        }
    }

    // --- reload ---

    @Test
    void aReloadChangesUsersPolicyAndLimitsAndEndsNoAllocation() throws Exception {
        try (TurnTestClient alice = client("wonderland");
                TurnTestClient other = client("wonderland");
                TurnTestClient changed = client("changed")) {
            TransportAddress relayed = alice.allocate();
            TransportAddress peer = other.allocate();
            assertThat(alice.bindChannel(CHANNEL, peer)).isEqualTo(200);
            assertThat(other.permit(relayed)).isEqualTo(200);
            alice.sendChannelData(CHANNEL, "before".getBytes(UTF_8));
            other.receiveIndication();
            configure(
                    "rift.turn.users.alice=changed",
                    "rift.turn.shared-secrets=second,first",
                    "rift.turn.denied-peers=192.0.2.0/24",
                    "rift.turn.max-allocations-per-user=3",
                    "rift.turn.limits.user-bandwidth=1MB");

            JsonNode result = ok("POST", "/admin/reload");
            assertThat(result.get("changed").toString())
                    .contains(
                            "rift.turn.users",
                            "rift.turn.shared-secrets",
                            "rift.turn.denied-peers",
                            "rift.turn.max-allocations-per-user",
                            "rift.turn.limits.user-bandwidth");
            assertThat(result.get("needRestart").isEmpty()).isTrue();
            alice.sendChannelData(CHANNEL, "after".getBytes(UTF_8));
            other.receiveIndication();
            changed.allocate();
            try (TurnTestClient tooMany = client("changed")) {
                assertThat(tooMany.tryToAllocate()).isEqualTo(486);
            }
            assertThat(alice.release()).isEqualTo(401);
            assertThat(ok("POST", "/admin/reload").get("changed").isEmpty()).isTrue();
            assertThat(Scrape.sample(server, "rift_reloads_total", "result=\"applied\""))
                    .isEqualTo(2);
        }
    }

    /** The channel is not asked about: what holds for it is the policy, packet by packet. */
    @Test
    void aPeerThatIsDeniedByAReloadGetsNothingMoreThroughALiveChannel() throws Exception {
        try (TurnTestClient alice = client("wonderland");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            peer.setSoTimeout(10_000);
            alice.allocate();
            assertThat(alice.bindChannel(
                            CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress())))
                    .isEqualTo(200);
            alice.sendChannelData(CHANNEL, "before".getBytes(UTF_8));
            assertThat(receive(peer)).isEqualTo("before");
            double refused = Scrape.sample(server, "rift_turn_drops_total", "reason=\"peer-refused\"");

            configure("rift.turn.users.alice=wonderland", "rift.turn.denied-peers=127.0.9.9/32");
            ok("POST", "/admin/reload");
            alice.sendChannelData(CHANNEL, "denied".getBytes(UTF_8));
            await().untilAsserted(
                            () -> assertThat(Scrape.sample(server, "rift_turn_drops_total", "reason=\"peer-refused\""))
                                    .isEqualTo(refused + 1));
            configure("rift.turn.users.alice=wonderland");
            ok("POST", "/admin/reload");
            alice.sendChannelData(CHANNEL, "after".getBytes(UTF_8));
            assertThat(receive(peer)).isEqualTo("after");
        }
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    @Test
    void aBadConfigurationChangesNothingAndSaysWhy() throws Exception {
        for (String bad : List.of(
                "rift.turn.denied-peers=10.0.0.0/99",
                "rift.turn.denied-peer=10.0.0.0/8",
                "rift.turn.max-allocations=0",
                "rift.turn.limits.user-bandwidth-burst=1KB",
                "rift.stun.second-port=many")) {
            configure("rift.turn.users.alice=changed", "rift.turn.limits.user-bandwidth=1MB", bad);
            HttpResponse<String> response = send("POST", "/admin/reload", null, TOKEN);
            assertThat(response.statusCode()).as(bad).isEqualTo(422);
            assertThat(response.body()).contains("configuration-refused", bad.substring(0, bad.indexOf('.', 5)));
        }
        try (TurnTestClient alice = client("wonderland")) {
            alice.allocate();
            assertThat(alice.release()).isEqualTo(200);
        }
        assertThat(Scrape.sample(server, "rift_reloads_total", "result=\"refused\""))
                .isEqualTo(5);
    }

    @Test
    void whatNeedsARestartIsNamedAndNotApplied() throws Exception {
        configure(
                "rift.turn.users.alice=wonderland",
                "rift.turn.shared-secrets=first",
                "rift.turn.realm=elsewhere",
                "rift.rendezvous.credentials-ttl=1h");
        JsonNode result = ok("POST", "/admin/reload");

        assertThat(result.get("changed").isEmpty()).isTrue();
        assertThat(result.get("needRestart").toString())
                .isEqualTo("[\"rift.turn.realm\",\"rift.rendezvous.credentials-ttl\"]");
        assertThat(ok("POST", "/admin/reload").get("needRestart").size())
                .as("still")
                .isEqualTo(2);
        try (TurnTestClient alice = client("wonderland")) {
            alice.allocate();
            assertThat(alice.release()).isEqualTo(200);
        }
    }

    @Test
    void whatAnEventLoopIsSlowToTakeTakesEffectLate() throws Exception {
        TurnSockets sockets = server.context.getBean(TurnSockets.class);
        Semaphore stalled = new Semaphore(0);
        Semaphore goOn = new Semaphore(0);
        var _ = CompletableFuture.runAsync(() -> sockets.administer(0, (administration, nowNanos) -> {
            stalled.release();
            goOn.acquireUninterruptibly();
            return true;
        }));
        stalled.acquire();
        try {
            configure("rift.turn.users.alice=changed", "rift.turn.shared-secrets=first");
            assertFails(503, "unavailable", "POST", "/admin/reload", null);
            assertFails(503, "unavailable", "POST", "/admin/revocations", "{\"user\": \"bob\"}");
            assertFails(503, "unavailable", "POST", "/admin/revocations", "{\"user\": \"carol\"}");
            assertFails(503, "unavailable", "DELETE", "/admin/revocations?user=carol", null);
        } finally {
            goOn.release();
        }

        JsonNode revocations = ok("GET", "/admin/revocations").get("revocations");
        assertThat(revocations.size()).isEqualTo(1);
        assertThat(text(revocations.get(0), "user")).isEqualTo("bob");
        assertThat(ok("POST", "/admin/reload").get("changed").isEmpty())
                .as("it was in effect already")
                .isTrue();
        try (TurnTestClient alice = client("changed")) {
            assertThat(alice.tryToAllocate()).isEqualTo(200);
        }
        assertThat(Scrape.sample(server, "rift_reloads_total", "result=\"refused\""))
                .isZero();
    }

    @Test
    void sighupReloads() throws Exception {
        try (ServerProcess process = ServerProcess.start(directory, arguments()).awaitReady()) {
            configure("rift.turn.users.alice=changed");
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            InetSocketAddress turn = new InetSocketAddress(InetAddress.getLoopbackAddress(), process.port("turn"));
            await().until(() -> {
                try (TurnTestClient alice = new TurnTestClient("127.0.0.1", turn, "alice", "changed")) {
                    return alice.tryToAllocate() == 200;
                }
            });
            await().until(() -> process.out().contains("configuration reloaded")); // written after the effect
            assertThat(process.out()).doesNotContain("alice");
        }
    }

    /** The start is held up where the ports are told: their file is a pipe that nobody reads yet. */
    @Test
    void sighupDuringTheStartIsFollowedAfterIt() throws Exception {
        Programs.require("mkfifo", "kill");
        Path pipe = directory.resolve("ports.json.unfinished");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        List<String> arguments = new ArrayList<>(List.of(arguments()));
        arguments.add("--logging.level.org.springframework.boot=INFO");
        try (ServerProcess process = ServerProcess.start(directory, arguments.toArray(String[]::new))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> process.out().contains("Netty started on port"));
            new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.out()).doesNotContain("Rift is ready");
            assertThat(Files.readString(pipe)).contains("\"turn\"");
            await().atMost(Duration.ofSeconds(60)).until(() -> process.out().contains("configuration reloaded"));
            assertThat(process.out()).contains("Rift is ready");
        }
    }

    // --- what is written about it ---

    @Test
    void whatIsLoggedAtInfoNamesNobody() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger ours = (Logger) LoggerFactory.getLogger("io.rift");
        log.start();
        ours.addAppender(log);
        try (TurnTestClient alice = client("wonderland");
                TurnTestClient other = client("wonderland")) {
            alice.allocate();
            other.allocate();
            String id = text(ok("GET", "/admin/allocations").get("allocations").get(0), "id");
            ok("DELETE", "/admin/allocations/" + id);
            ok("POST", "/admin/revocations", "{\"user\": \"alice\"}");
            ok("DELETE", "/admin/revocations?user=alice");
            configure("rift.turn.users.alice=changed");
            ok("POST", "/admin/reload");
        } finally {
            ours.detachAppender(log);
        }
        List<String> lines = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO))
                .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
        assertThat(lines).hasSize(4).noneMatch(line -> line.contains("alice") || line.contains("127.0."));
        assertThat(lines.getLast()).contains("configuration reloaded", "rift.turn.users");
    }

    /** Every curl in docs/admin.md is run as it stands there, and answers with the fields that the document shows. */
    @Test
    void theExamplesOfTheDocumentWork() throws Exception {
        Programs.require("curl");
        try (TurnTestClient first = client("wonderland");
                TurnTestClient second = client("wonderland")) {
            TransportAddress peer = first.allocate();
            second.allocate();
            second.bindChannel(CHANNEL, peer);
            String id = ok("GET", "/admin/allocations")
                    .get("allocations")
                    .get(1)
                    .get("id")
                    .asString();
            String document = Files.readString(DOCUMENT);
            Matcher preparation =
                    Pattern.compile("```sh\n(\\(umask [^\n]*)\n```").matcher(document);
            assertThat(preparation.find()).isTrue();
            run(preparation.group(1));
            assertThat(Files.getPosixFilePermissions(directory.resolve("admin.header")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            Matcher examples = Pattern.compile("```sh\n(curl [^\n]*)\n```\n\n```json\n(.*?)```", Pattern.DOTALL)
                    .matcher(document);
            int count = 0;
            while (examples.find()) {
                String command = examples.group(1)
                        .replace("127.0.0.1:8081", "127.0.0.1:" + server.ports().management())
                        .replace("0-17", id);
                JsonNode shown = JSON.readTree(examples.group(2));
                JsonNode answer = JSON.readTree(run(command));
                assertThat(fields(answer)).as(command).containsAll(fields(shown));
                count++;
            }
            assertThat(count).isEqualTo(7);
        }
    }

    private static Set<String> fields(JsonNode node) {
        Set<String> fields = new TreeSet<>();
        collect("", node, fields);
        return fields;
    }

    private static void collect(String path, JsonNode node, Set<String> fields) {
        if (node.isObject()) {
            for (String name : node.propertyNames()) {
                fields.add(path + "/" + name);
                collect(path + "/" + name, node.get(name), fields);
            }
        } else if (node.isArray() && !node.isEmpty()) {
            collect(path + "[]", node.get(0), fields);
        }
    }

    private String run(String command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", command)
                .redirectErrorStream(true)
                .directory(directory.toFile())
                .redirectInput(Files.writeString(directory.resolve("typed"), TOKEN + "\n")
                        .toFile());
        builder.environment().put("no_proxy", "127.0.0.1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(command + ": " + output).isZero();
        return output;
    }

    // --- the rest ---

    private TurnTestClient client(String password) {
        InetSocketAddress turn = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        return new TurnTestClient("127.0.0.1", turn, "alice", password);
    }

    private static String text(JsonNode node, String field) {
        return node.get(field).asString();
    }

    private JsonNode ok(String method, String path) throws Exception {
        return ok(method, path, null);
    }

    private JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body, TOKEN);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private void assertFails(int status, String error, String method, String path, String body) throws Exception {
        HttpResponse<String> response = send(method, path, body, TOKEN);
        assertThat(response.statusCode())
                .as(path + " " + body + " " + response.body())
                .isEqualTo(status);
        JsonNode answer = JSON.readTree(response.body());
        assertThat(text(answer, "error")).isEqualTo(error);
        assertThat(text(answer, "message")).isNotEmpty();
    }

    private HttpResponse<String> send(String method, String path, String body, String token) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + server.ports().management() + path);
        List<String> headers = new ArrayList<>(List.of("Content-Type", "application/json"));
        if (token != null) {
            headers.addAll(List.of("Authorization", "Bearer " + token));
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(uri)
                            .headers(headers.toArray(String[]::new))
                            .method(
                                    method,
                                    body == null
                                            ? HttpRequest.BodyPublishers.noBody()
                                            : HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
