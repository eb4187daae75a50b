package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerBuilderTest {

    @ParameterizedTest
    @CsvSource({
        "ws://localhost:8080, ws://localhost:8080/rendezvous, localhost:8080",
        "ws://LocalHost:8080/, ws://localhost:8080/rendezvous, localhost:8080",
        "WSS://Rift.example.org, wss://rift.example.org/rendezvous, rift.example.org",
        "wss://rift.example.org/behind/a/proxy, wss://rift.example.org/behind/a/proxy, rift.example.org",
        "ws://[::1]:8080, ws://[::1]:8080/rendezvous, [::1]:8080",
    })
    void theRendezvousServerIsDialledAtItsUsualPathUnlessOneIsGiven(String given, String dialled, String authority) {
        RendezvousAddress address = RendezvousAddress.of(URI.create(given));
        assertThat(address.uri()).hasToString(dialled);
        assertThat(address.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080",
                "localhost:8080",
                "ws:///rendezvous",
                "ws://user@localhost",
                "ws://localhost?x=1",
                "ws://localhost#x",
                "/rendezvous"
            })
    void anyOtherUriIsRefusedWithItsValue(String given) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.builder().rendezvous(URI.create(given)))
                .withMessageContaining("'" + given + "'");
    }

    @Test
    void identityAndRendezvousAreRequired() {
        assertThatIllegalStateException()
                .isThrownBy(() ->
                        Peer.builder().rendezvous(URI.create("ws://localhost")).start())
                .withMessageContaining("needs an identity");
        assertThatIllegalStateException()
                .isThrownBy(() -> Peer.builder().identity(Identity.generate()).start())
                .withMessageContaining("needs a rendezvous server");
    }

    @Test
    void aTimeoutOutOfBoundsIsRefusedWithItsValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.builder().connectTimeout(Duration.ZERO))
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.builder().connectTimeout(Duration.ofMinutes(6)))
                .withMessageContaining("PT6M");
    }

    @Test
    void aServerThatDoesNotListenIsUnreachableAndSaysWhere() throws IOException {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = taken.getLocalPort();
        }
        URI nowhere = URI.create("ws://127.0.0.1:" + port);
        assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                .isThrownBy(() -> Peer.builder()
                        .identity(Identity.generate())
                        .rendezvous(nowhere)
                        .start())
                .withMessageContaining("ws://127.0.0.1:" + port)
                .satisfies(e -> assertThat(e.rendezvous()).hasToString(nowhere + "/rendezvous"));
    }

    @Test
    void aServerThatSaysNothingIsUnreachableWhenTheTimeIsOver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                    .isThrownBy(() -> Peer.builder()
                            .identity(Identity.generate())
                            .rendezvous(URI.create("ws://127.0.0.1:" + silent.getLocalPort()))
                            .connectTimeout(Duration.ofMillis(300))
                            .start())
                    .withMessageContaining("no answer within 300 ms");
        }
    }

    @Test
    void aBindAddressThatIsTakenIsNamed() throws IOException {
        try (var taken = new java.net.DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            assertThatExceptionOfType(UncheckedIOException.class)
                    .isThrownBy(() -> Peer.builder()
                            .identity(Identity.generate())
                            .rendezvous(URI.create("ws://127.0.0.1:1"))
                            .bindAddress((InetSocketAddress) taken.getLocalSocketAddress())
                            .start())
                    .withMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    void aFailedStartLeavesNoThread() throws InterruptedException {
        assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                .isThrownBy(() -> Peer.builder()
                        .identity(Identity.generate())
                        .rendezvous(URI.create("ws://127.0.0.1:1"))
                        .start());
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("rift-") || name.startsWith("HttpClient-"));
    }
}
