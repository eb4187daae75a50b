package io.rift.server.rendezvous;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.ConnectionPath;
import io.rift.protocol.rendezvous.NatKind;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage.Challenge;
import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Incoming;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.protocol.rendezvous.RendezvousMessage.Report;
import io.rift.protocol.rendezvous.RendezvousMessage.Welcome;
import io.rift.protocol.rendezvous.SessionId;
import io.rift.protocol.rendezvous.TurnAccess;
import io.rift.server.RiftServer;
import io.rift.server.TurnTestClient;
import io.rift.server.socket.HttpConnections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rendezvous as part of the whole server: its settings, what it announces, and what becomes of its reports. */
@Timeout(120)
class RendezvousOfRiftServerIT {
    @Test
    void aPeerIsToldOfTheSocketsOfThisServerAndItsReportIsCounted() throws IOException, InterruptedException {
        try (RiftServer server = start("--rift.rendezvous.credentials-ttl=90s", "--management.server.port=0")) {
            TestPeer alice = TestPeer.connect(uri(server, "127.0.0.1"));
            alice.send(alice.answer(
                    alice.next(Challenge.class).serverNonce(),
                    "127.0.0.1:" + server.ports().http()));
            Welcome welcome = alice.next(Welcome.class);
            TransportAddress turn =
                    TransportAddress.parse("127.0.0.1:" + server.ports().turn());
            TransportAddress stun =
                    TransportAddress.parse("127.0.0.1:" + server.ports().stun());
            assertThat(welcome.stunServers()).containsExactly(turn, stun);
            assertThat(welcome.turnServers()).hasSize(1);
            assertThat(welcome.turnServers().getFirst().address()).isEqualTo(turn);
            assertThat(welcome.turnServers().getFirst().ttlSeconds()).isEqualTo(90);

            TestPeer bob = TestPeer.signIn(uri(server, "localhost"));
            SessionId session = alice.call(bob.peerId());
            bob.next(Incoming.class);
            alice.send(new Report(session, ConnectionPath.PRFLX, NatKind.NONE, NatKind.ADDRESS_DEPENDENT, 70));
            alice.send(new RefreshCredentials());
            alice.next(Credentials.class); // messages are handled in order, so the report has been, too

            assertThat(scrape(server))
                    .contains(
                            "rift_connections_total{local_nat=\"none\",path=\"prflx\",remote_nat=\"address-dependent\"} 1.0")
                    .contains("rift_connections_total{local_nat=\"none\",path=\"host\",remote_nat=\"none\"} 0.0")
                    .doesNotContain(alice.peerId().toString())
                    .doesNotContain(bob.peerId().toString());
        }
    }

    @Test
    void theNamesOnTheListAreTheOnlyOnes() {
        try (RiftServer server = start("--rift.rendezvous.authorities=rift.example")) {
            TestPeer peer = TestPeer.connect(uri(server, "127.0.0.1"));
            peer.send(peer.answer(
                    peer.next(Challenge.class).serverNonce(),
                    "127.0.0.1:" + server.ports().http()));
            peer.expectError(RendezvousErrorCode.WRONG_AUTHORITY);
            TestPeer other = TestPeer.connect(uri(server, "127.0.0.1"));
            other.send(other.answer(other.next(Challenge.class).serverNonce(), "rift.example"));
            other.next(Welcome.class);
        }
    }

    @Test
    void clientsOfAProxyAreCountedApart() {
        try (RiftServer server = start(
                "--server.forward-headers-strategy=framework", "--rift.rendezvous.max-connections-per-address=1")) {
            URI uri = uri(server, "127.0.0.1");
            TestPeer.connectThroughProxy(uri, "192.0.2.1").next(Challenge.class);
            TestPeer.connectThroughProxy(uri, "192.0.2.2").next(Challenge.class);
            TestPeer.connectThroughProxy(uri, "192.0.2.2").expectError(RendezvousErrorCode.TOO_MANY_CONNECTIONS);
        }
    }

    @Test
    void afterAReloadPeersGetCredentialsThatTheRelayTakesAndOldOnesAreRefused(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path file = directory.resolve("rift.properties");
        Files.writeString(file, "rift.turn.shared-secrets=first");
        try (RiftServer server = start(
                "--management.server.port=0",
                "--rift.admin.token=a-token-of-this-test",
                "--spring.config.additional-location=file:" + file)) {
            TestPeer alice = TestPeer.signIn(uri(server, "127.0.0.1"));
            TurnAccess before = credentials(alice);
            assertThat(allocate(server, before)).isEqualTo(200);

            Files.writeString(file, "rift.turn.shared-secrets=second");
            URI reload = URI.create("http://127.0.0.1:" + server.ports().management() + "/admin/reload");
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request = HttpRequest.newBuilder(reload)
                        .header("Authorization", "Bearer a-token-of-this-test")
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
                assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(200);
            }

            assertThat(allocate(server, credentials(alice))).isEqualTo(200);
            assertThat(allocate(server, before)).isEqualTo(401);
        }
    }

    private static TurnAccess credentials(TestPeer peer) {
        peer.send(new RefreshCredentials());
        return peer.next(Credentials.class).turnServers().getFirst();
    }

    private static int allocate(RiftServer server, TurnAccess credentials) {
        InetSocketAddress turn = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        try (TurnTestClient client =
                new TurnTestClient("127.0.0.1", turn, credentials.username(), credentials.password())) {
            return client.tryToAllocate();
        }
    }

    /** Spring Boot believes X-Forwarded-For there unless it is told not to. */
    @Test
    void onACloudPlatformNobodyChoosesTheAddressThatItIsCountedUnder() {
        try (RiftServer server =
                start("--spring.main.cloud-platform=kubernetes", "--rift.rendezvous.max-connections-per-address=1")) {
            URI uri = uri(server, "127.0.0.1");
            TestPeer.connectThroughProxy(uri, "192.0.2.1").next(Challenge.class);
            TestPeer.connectThroughProxy(uri, "192.0.2.2").expectError(RendezvousErrorCode.TOO_MANY_CONNECTIONS);
        }
    }

    @Test
    void connectionsThatAreNoWebSocketAreBoundedToo() throws IOException {
        try (RiftServer server = start("--rift.rendezvous.max-connections=1")) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                sockets.add(new Socket(
                        InetAddress.getLoopbackAddress(), server.ports().http()));
            }
            // Which one is too many depends on how fast the event loops are. The time-out would take longer than this.
            long deadlineNanos =
                    System.nanoTime() + HttpConnections.TIMEOUT.dividedBy(2).toNanos();
            boolean oneClosed = false;
            while (!oneClosed && System.nanoTime() - deadlineNanos < 0) {
                for (Socket socket : sockets) {
                    oneClosed |= isClosedByServer(socket);
                }
            }
            assertThat(oneClosed).isTrue();
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "allowed-origins, chat.example, rift.rendezvous.allowed-origins: 'chat.example'",
        "authorities, http://rift.example, rift.rendezvous.authorities: 'http://rift.example'",
        "credentials-ttl, 0s, rift.rendezvous.credentials-ttl: "
    })
    void aSettingThatCannotWorkEndsTheStartWithItsName(String key, String value, String saying) {
        assertThatThrownBy(() -> start("--rift.rendezvous." + key + "=" + value).close())
                .hasStackTraceContaining(saying);
    }

    private static RiftServer start(String... settings) {
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--management.server.port=-1",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.shards=1"));
        for (String setting : settings) {
            arguments.removeIf(argument -> argument.startsWith(setting.substring(0, setting.indexOf('=') + 1)));
            arguments.add(setting);
        }
        return RiftServer.start(arguments.toArray(String[]::new));
    }

    private static boolean isClosedByServer(Socket socket) throws IOException {
        socket.setSoTimeout(20);
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static URI uri(RiftServer server, String host) {
        return URI.create("ws://" + host + ":" + server.ports().http() + "/rendezvous");
    }

    private static String scrape(RiftServer server) throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:" + server.ports().management() + "/actuator/prometheus");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
                    .body();
        }
    }
}
