package io.rift.server.rendezvous;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.rendezvous.RendezvousMessage.Credentials;
import io.rift.protocol.rendezvous.RendezvousMessage.RefreshCredentials;
import io.rift.server.core.rendezvous.RendezvousLimits;
import io.rift.server.socket.HttpConnections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.netty.resources.LoopResources;

/** TCP connections that are no WebSocket. */
@Timeout(60)
class RendezvousConnectionsIT {
    private static final int MAX_OPEN = 3;

    /** One, so that connections begin and end in the order in which they are made. */
    private final LoopResources loop = LoopResources.create("rendezvous-test", 1, true);

    private final LoopbackRendezvous server = start(Duration.ofMillis(300));

    private LoopbackRendezvous start(Duration timeout) {
        return new LoopbackRendezvous(RendezvousLimits.DEFAULTS, 100, new HttpConnections(timeout, MAX_OPEN), loop);
    }

    @AfterEach
    void stop() {
        server.close();
        loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
    }

    @Test
    void whoSendsNothingIsClosed() throws IOException {
        try (Socket socket = open()) {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoSendsHalfARequestLineIsClosed() throws IOException {
        try (Socket socket = open()) {
            socket.getOutputStream().write("GET /rendez".getBytes(US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void whoSendsAByteNowAndThenIsClosed() throws IOException {
        try (Socket socket = open()) {
            socket.setSoTimeout(50);
            socket.getOutputStream().write("GET /rendezvous HTTP/1.1\r\nX: ".getBytes(US_ASCII));
            long beginNanos = System.nanoTime();
            while (isOpenAfterOneMoreByte(socket)) {
                assertThat(System.nanoTime() - beginNanos)
                        .isLessThan(Duration.ofSeconds(10).toNanos());
            }
        }
    }

    @Test
    void aWebSocketStaysOpen() throws IOException {
        try (LoopbackRendezvous slower = start(Duration.ofSeconds(3))) { // time enough also on a busy machine
            TestPeer peer = TestPeer.signIn(slower.uri());
            try (Socket later = open(slower)) {
                assertThat(later.getInputStream().read()).isEqualTo(-1); // so the older one's time is over, too
            }
            peer.send(new RefreshCredentials());
            peer.next(Credentials.class);
        }
    }

    @Test
    void oneConnectionTooManyIsClosedAtOnceAndItsPlaceIsFreeAgain() throws IOException {
        Duration never = Duration.ofMinutes(10);
        try (LoopbackRendezvous patient = start(never);
                Socket first = open(patient);
                Socket second = open(patient)) {
            TestPeer peer = TestPeer.signIn(patient.uri());
            try (Socket fourth = open(patient)) {
                assertThat(fourth.getInputStream().read()).isEqualTo(-1);
            }
            for (Socket socket : new Socket[] {first, second}) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
                assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
            }
            TestPeer.signIn(patient.uri());
            peer.send(new RefreshCredentials());
            peer.next(Credentials.class);
        }
    }

    private static boolean isOpenAfterOneMoreByte(Socket socket) throws IOException {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() != -1;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (SocketException e) {
            return false; // reset: it was closed before this byte arrived
        }
    }

    private Socket open() throws IOException {
        return open(server);
    }

    private static Socket open(LoopbackRendezvous server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }
}
