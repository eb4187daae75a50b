package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** No route of the admin API does anything for who has not the token, and a reload ends no nonce. */
@Timeout(60)
class AdminTokenIT {

    private static final String TOKEN = "a-token-of-this-test";
    private static final String REVOCATION = "{\"user\": \"alice\"}";

    private record Route(String method, String path, String body) {}

    private static final List<String> WRONG =
            List.of("none", "", "Bearer", "Bearer wrong-token-of-16", "Basic " + TOKEN, TOKEN);

    @TempDir
    private Path directory;

    @Test
    void everyRouteWantsTheTokenAndAReloadEndsNoNonce() throws Exception {
        Path file = directory.resolve("rift.properties");
        Files.write(file, List.of("rift.turn.users.alice=wonderland", "rift.turn.users.bob=wonderland"));
        try (RiftServer server = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.admin.token=" + TOKEN,
                        "--spring.config.additional-location=file:" + file);
                TurnTestClient alice = client(server, "alice", "wonderland");
                TurnTestClient bob = client(server, "bob", "changed")) {
            alice.allocate();
            bob.learnNonce();
            List<Route> routes = List.of(
                    new Route("GET", "/admin/allocations", null),
                    new Route("GET", "/admin/allocations/0-1", null),
                    new Route("DELETE", "/admin/allocations/0-1", null),
                    new Route("GET", "/admin/revocations", null),
                    new Route("POST", "/admin/revocations", REVOCATION),
                    new Route("DELETE", "/admin/revocations?user=alice", null),
                    new Route("POST", "/admin/reload", null));
            Files.write(file, List.of("rift.turn.users.alice=wonderland", "rift.turn.users.bob=changed"));
            for (int i = 0; i < WRONG.size(); i++) {
                String from = "127.0.9." + (20 + i); // each has a few wrong tokens before it is slowed down
                for (Route route : routes) {
                    HttpResponse<String> response = send(server, from, route, WRONG.get(i));
                    assertThat(response.statusCode())
                            .as(route + " " + WRONG.get(i))
                            .isEqualTo(401);
                    assertThat(response.body()).contains("unauthorized").doesNotContain("alice");
                }
            }
            assertThat(code(bob)).as("nothing was reloaded").isEqualTo(401);
            assertThat(alice.permit(alice.local()))
                    .as("it lives, and is not revoked")
                    .isEqualTo(200);

            bob.learnNonce();
            assertThat(send(server, "127.0.0.1", routes.getLast(), "Bearer " + TOKEN)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(code(bob)).as("the nonce from before the reload").isEqualTo(200);
            assertThat(alice.release()).isEqualTo(200);
        }
    }

    /** Of an Allocate with the nonce that is known. */
    private static int code(TurnTestClient client) {
        return TurnTestClient.code(client.request(
                TurnMethod.ALLOCATE, encoder -> encoder.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.UDP)));
    }

    private static TurnTestClient client(RiftServer server, String user, String password) {
        InetSocketAddress turn = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        return new TurnTestClient("127.0.0.1", turn, user, password);
    }

    private static HttpResponse<String> send(RiftServer server, String from, Route route, String authorization)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + server.ports().management() + route.path());
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .method(
                        route.method(),
                        route.body() == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(route.body()));
        if (!authorization.equals("none")) {
            request.header("Authorization", authorization);
        }
        try (HttpClient http = HttpClient.newBuilder()
                .localAddress(InetAddress.getByName(from))
                .build()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
