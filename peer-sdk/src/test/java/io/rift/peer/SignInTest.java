package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a peer makes of servers that do not do as they should. */
@Timeout(30)
class SignInTest {

    private final Identity identity = Identity.generate();

    private PeerBuilder builder(ScriptedRendezvous server) {
        return Peer.builder().identity(identity).rendezvous(server.uri()).connectTimeout(Duration.ofSeconds(5));
    }

    @Test
    void aWelcomedPeerIsSignedInUntilItIsClosed() throws IOException {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            server.welcomeEverybody();
            Peer peer = builder(server).start();
            assertThat(peer.isSignedIn()).isTrue();
            assertThat(peer.id()).isEqualTo(identity.peerId());
            assertThat(peer.statistics().connections()).isZero();
            peer.close();
            peer.close();
            assertThat(peer.isSignedIn()).isFalse();
            assertThat(peer.statistics().connectionsEstablished()).isZero();
        }
    }

    @Test
    void aServerOfAnotherProtocolIsNamed() throws IOException {
        try (ScriptedRendezvous server = new ScriptedRendezvous("")) {
            assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                    .isThrownBy(builder(server)::start)
                    .withMessageContaining("does not speak the subprotocol rift.v2");
        }
    }

    @Test
    void aRefusalOfOurIdentityIsAnAuthenticationFailure() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            var line = server.nextLine();
            line.send(new RendezvousMessage.Challenge(Octets.of(new byte[32])));
            line.receive();
            line.send(new RendezvousMessage.ErrorMessage(
                    RendezvousErrorCode.WRONG_AUTHORITY, "this is rift.example.org", null));
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> start.get(5, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOf(PeerException.AuthenticationFailed.class)
                    .withMessageContaining("wrong-authority: this is rift.example.org");
        }
    }

    @Test
    void aServerThatCutsTheLineDuringSignInIsUnreachable() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            server.nextLine().sendClose(1013);
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> start.get(5, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOf(PeerException.RendezvousUnreachable.class)
                    .withMessageContaining("closed the connection (1013");
        }
    }

    @Test
    void aSilentServerIsUnreachableWhenTheTimeIsOver() throws IOException {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                    .isThrownBy(() -> builder(server)
                            .connectTimeout(Duration.ofMillis(300))
                            .start())
                    .withMessageContaining("no answer within 300 ms");
        }
    }

    @Test
    void aCancelledStartGivesTheLineBack() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            var line = server.nextLine();
            start.cancel(false);
            assertThatExceptionOfType(IOException.class).isThrownBy(line::receive);
        }
    }

    @Test
    void anInterruptedStartIsCancelledAndSaysSo() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread caller = Thread.ofVirtual().start(() -> {
                try (Peer peer = builder(server).start()) {
                    interrupted.completeExceptionally(new AssertionError("started: " + peer.id()));
                } catch (CancellationException e) {
                    interrupted.complete(Thread.currentThread().isInterrupted());
                }
            });
            var line = server.nextLine();
            caller.interrupt();
            assertThat(interrupted.get(5, TimeUnit.SECONDS)).isTrue();
            assertThatExceptionOfType(IOException.class).isThrownBy(line::receive);
        }
    }

    @Test
    void aLineThatBreaksIsDialledAgain() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            var first = server.nextLine();
            first.welcome();
            try (Peer peer = start.get(5, TimeUnit.SECONDS)) {
                first.cut();
                await(() -> !peer.isSignedIn());
                server.nextLine().welcome();
                await(peer::isSignedIn);
            }
        }
    }

    @Test
    void nonsenseFromTheServerIsIgnored() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            var line = server.nextLine();
            line.welcome();
            try (Peer peer = start.get(5, TimeUnit.SECONDS)) {
                line.sendText("not JSON");
                line.sendText("{\"type\":\"of-the-future\"}");
                line.ping();
                CompletableFuture<Connection> call =
                        peer.connectAsync(Identity.generate().peerId());
                assertThat(line.receive()).isInstanceOf(RendezvousMessage.Connect.class);
                assertThat(call.cancel(false)).isTrue();
                assertThat(line.receive()).isInstanceOf(RendezvousMessage.End.class);
            }
        }
    }

    @Test
    void anIceServerThatTheSocketCannotReachDoesNotEndThePeer() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server)
                    .bindAddress(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0))
                    .iceServers(IceServer.stun("stun:[2001:db8::1]"))
                    .startAsync();
            var line = server.nextLine();
            line.welcome();
            try (Peer peer = start.get(5, TimeUnit.SECONDS)) {
                CompletableFuture<Connection> call =
                        peer.connectAsync(Identity.generate().peerId());
                assertThat(line.receive()).isInstanceOf(RendezvousMessage.Connect.class);
                assertThat(peer.statistics().datagramsSent()).isPositive();
                assertThat(peer.isSignedIn()).isTrue();
                assertThat(call).isNotDone();
            }
        }
    }

    @Test
    void aMessageThatIsTooLongBreaksTheLine() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            var line = server.nextLine();
            line.welcome();
            try (Peer peer = start.get(5, TimeUnit.SECONDS)) {
                line.sendText("x".repeat(20_000));
                await(() -> !peer.isSignedIn());
                server.nextLine().welcome();
                await(peer::isSignedIn);
            }
        }
    }

    @Test
    void anIdentityThatSignedInElsewhereDoesNotFightForItsPlace() throws Exception {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            CompletableFuture<Peer> start = builder(server).startAsync();
            var line = server.nextLine();
            line.welcome();
            try (Peer peer = start.get(5, TimeUnit.SECONDS)) {
                line.send(
                        new RendezvousMessage.ErrorMessage(RendezvousErrorCode.REPLACED, "signed in elsewhere", null));
                line.sendClose(1000);
                await(() -> !peer.isSignedIn());
                assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                        .isThrownBy(() -> peer.connect(Identity.generate().peerId()))
                        .withMessageContaining("replaced: signed in elsewhere");
            }
        }
    }

    @Test
    void misuseIsSaidAtOnce() throws IOException {
        try (ScriptedRendezvous server = new ScriptedRendezvous()) {
            server.welcomeEverybody();
            Peer peer = builder(server).start();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> peer.connect(peer.id()))
                    .withMessageContaining(peer.id().toString());
            peer.close();
            assertThatExceptionOfType(PeerException.Closed.class)
                    .isThrownBy(() -> peer.connect(Identity.generate().peerId()))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.PEER_CLOSED_HERE));
        }
    }

    @Test
    void aHttpClientOfTheApplicationIsLeftOpen() throws IOException {
        try (ScriptedRendezvous server = new ScriptedRendezvous();
                HttpClient own = HttpClient.newHttpClient()) {
            server.welcomeEverybody();
            builder(server).httpClient(own).start().close();
            assertThat(own.isTerminated()).isFalse();
            builder(server).httpClient(own).start().close();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new TimeoutException("10 s");
            }
            Thread.sleep(5);
        }
    }
}
