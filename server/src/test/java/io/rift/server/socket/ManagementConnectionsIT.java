package io.rift.server.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** Who gets a place at the management port, and for how long. */
@Timeout(60)
class ManagementConnectionsIT {

    private static final Duration NEVER = Duration.ofMinutes(10);
    private static final Duration SOON = Duration.ofMillis(300);
    private static final int LONG_ANSWER_CHUNKS = 1_000;
    private static final byte[] CHUNK = new byte[65_536];

    /** One, so that connections begin in the order in which they are made. */
    private final LoopResources loop = LoopResources.create("management-test", 1, true);

    private final CountDownLatch slowIsAsked = new CountDownLatch(1);
    private final Sinks.One<String> slowAnswer = Sinks.one();
    private final CountDownLatch longIsClosed = new CountDownLatch(1);
    private DisposableServer server;

    private void start(int maxOpen, Duration requestTimeout, Duration stallTimeout) {
        HttpServer routes = HttpServer.create()
                .runOn(loop)
                .bindAddress(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .route(route -> route.get("/health", (request, response) -> response.sendString(Mono.just("up")))
                        .post(
                                "/echo",
                                (request, response) ->
                                        response.send(request.receive().retain()))
                        .get("/slow", (request, response) -> {
                            slowIsAsked.countDown();
                            return response.sendString(slowAnswer.asMono());
                        })
                        .get("/long", (request, response) -> {
                            request.withConnection(connection -> connection.onDispose(longIsClosed::countDown));
                            return response.send(
                                    Flux.range(0, LONG_ANSWER_CHUNKS).map(i -> Unpooled.wrappedBuffer(CHUNK)));
                        }));
        server = new ManagementConnections(maxOpen, requestTimeout, stallTimeout)
                .apply(routes)
                .bindNow();
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.disposeNow();
        }
        loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
    }

    @Test
    void theOldestThatSaysNothingGivesItsPlaceToANewOne() throws IOException {
        start(2, NEVER, NEVER);
        try (Socket oldest = open();
                Socket second = open()) {
            assertThat(ask("/health")).endsWith("up");
            assertThat(oldest.getInputStream().read()).isEqualTo(-1);
            assertThat(ask("/health")).as("there is a place free now").endsWith("up");
            assertThat(answer(second, "/health")).endsWith("up");
        }
    }

    @Test
    void anAnswerIsNeitherPushedOutNorCutOffForTakingLong() throws Exception {
        start(2, Duration.ofSeconds(3), SOON); // time enough for a request also on a busy machine
        try (Socket slow = open()) {
            request(slow, "/slow");
            assertThat(slowIsAsked.await(10, TimeUnit.SECONDS)).isTrue();
            try (Socket second = open();
                    Socket third = open()) {
                assertThat(second.getInputStream().read()).as("pushed out").isEqualTo(-1);
                assertThat(third.getInputStream().read()).as("in time").isEqualTo(-1);
            }
            slowAnswer.tryEmitValue("at last").orThrow();
            assertThat(read(slow)).endsWith("at last");
        }
    }

    @Test
    void whereAllAreBeingAnsweredANewOneIsClosed() throws Exception {
        start(1, NEVER, NEVER);
        try (Socket slow = open()) {
            request(slow, "/slow");
            assertThat(slowIsAsked.await(10, TimeUnit.SECONDS)).isTrue();
            try (Socket second = open()) {
                assertThat(second.getInputStream().read()).isEqualTo(-1);
            }
            slowAnswer.tryEmitValue("at last").orThrow();
            assertThat(read(slow)).contains("connection: close").endsWith("at last");
        }
        assertThat(ask("/health")).endsWith("up");
    }

    @Test
    void aBodyThatNeverEndsIsNoRequest() throws IOException {
        start(2, SOON, NEVER);
        try (Socket socket = open()) {
            socket.getOutputStream()
                    .write("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nx".getBytes(US_ASCII));
            assertThat(endsAtAll(socket)).isTrue();
        }
    }

    @Test
    void whoTakesNothingOfALongAnswerIsClosed() throws Exception {
        start(2, NEVER, SOON);
        try (Socket socket = open()) {
            request(socket, "/long");
            assertThat(longIsClosed.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    private String ask(String path) throws IOException {
        try (Socket socket = open()) {
            return answer(socket, path);
        }
    }

    private static String answer(Socket socket, String path) throws IOException {
        request(socket, path);
        return read(socket);
    }

    private static void request(Socket socket, String path) throws IOException {
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(US_ASCII));
    }

    private static String read(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    private static boolean endsAtAll(Socket socket) throws IOException {
        try {
            var _ = socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true; // reset, with bytes that nobody has read yet
        }
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(30_000);
        return socket;
    }
}
