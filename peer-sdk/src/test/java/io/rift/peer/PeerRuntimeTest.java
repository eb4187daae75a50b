package io.rift.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.rift.peer.core.session.ConnectionId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.secure.Suite;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to a peer twice at once, or while it ends. */
@Timeout(30)
class PeerRuntimeTest {

    /** Threads that have not come to run yet; in the end the last one is the first. */
    private static final class LateThreads implements Executor {
        private final Deque<Runnable> tasks = new ConcurrentLinkedDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.addFirst(task);
        }

        void run() {
            assertThat(tasks).isNotEmpty();
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private static PeerOptions options(URI server, HttpClient client) {
        return new PeerOptions(
                Identity.generate(),
                RendezvousAddress.of(server),
                IceTransportPolicy.ALL,
                null,
                Duration.ofSeconds(20),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                client,
                offer -> true,
                null);
    }

    @Test
    void ofTwoFailuresOfAStartTheFirstCounts() throws Exception {
        LateThreads threads = new LateThreads();
        try (ScriptedRendezvous server = new ScriptedRendezvous();
                HttpClient client = HttpClient.newHttpClient()) {
            PeerRuntime runtime = PeerRuntime.open(options(server.uri(), client), threads);
            CompletableFuture<Void> start = runtime.signIn();
            var line = server.nextLine();
            line.send(new RendezvousMessage.Challenge(Octets.of(new byte[32])));
            line.receive();
            line.send(new RendezvousMessage.ErrorMessage(
                    RendezvousErrorCode.AUTHENTICATION_FAILED, "not believed", null));
            line.sendClose(1000);
            server.nextLine(); // it dials again, so it has handled both
            threads.run();
            assertThat(start.exceptionNow())
                    .isInstanceOf(PeerException.AuthenticationFailed.class)
                    .hasMessageContaining("not believed");
            runtime.close();
        }
    }

    @Test
    void aLineThatBreaksAfterTheWelcomeDoesNotUndoTheStart() throws Exception {
        LateThreads threads = new LateThreads();
        try (ScriptedRendezvous server = new ScriptedRendezvous();
                HttpClient client = HttpClient.newHttpClient()) {
            PeerRuntime runtime = PeerRuntime.open(options(server.uri(), client), threads);
            CompletableFuture<Void> start = runtime.signIn();
            var line = server.nextLine();
            line.welcome();
            line.sendClose(1001);
            server.nextLine(); // it dials again, so it has handled both
            threads.run();
            assertThat(start.state()).isEqualTo(CompletableFuture.State.SUCCESS);
            runtime.close();
        }
    }

    @Test
    void statisticsOfAPeerThatEndsAreThoseAfterItsLastTask() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            PeerRuntime runtime = PeerRuntime.open(options(URI.create("ws://127.0.0.1:9"), client));
            PeerLoop loop = runtime.loop();
            CountDownLatch allQueued = new CountDownLatch(1);
            CountDownLatch inTheLast = new CountDownLatch(1);
            CountDownLatch mayEnd = new CountDownLatch(1);
            loop.start();
            loop.execute(() -> {
                await(allQueued);
                loop.end();
            });
            for (int i = 0; i < PeerLoop.MAX_TASKS; i++) {
                loop.execute(() -> {}); // so many are run before the end is looked at
            }
            loop.execute(() -> {
                inTheLast.countDown();
                await(mayEnd);
                TransportAddress from = TransportAddress.parse("127.0.0.1:9");
                loop.endpoint().handleDatagram(from, ByteBuffer.allocate(1), loop.nowNanos());
            });
            allQueued.countDown();
            inTheLast.await();

            CompletableFuture<PeerStatistics> read = new CompletableFuture<>();
            Thread reader = Thread.ofPlatform().daemon().start(() -> read.complete(runtime.statistics()));
            while (!read.isDone() && reader.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            mayEnd.countDown();
            assertThat(read.get(10, TimeUnit.SECONDS).datagramsReceived()).isEqualTo(1);
            runtime.close();
        }
    }

    @Test
    void whoSendsWhileThePeerEndsIsToldThatThePeerWasClosed() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            PeerRuntime runtime = PeerRuntime.open(options(URI.create("ws://127.0.0.1:9"), client));
            InetSocketAddress anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9);
            Connection connection = new Connection(
                    runtime,
                    new ConnectionId(1),
                    Identity.generate().peerId(),
                    Suite.X25519_AES_256_GCM,
                    new ConnectionPath(PathType.HOST, anywhere, anywhere));
            runtime.loop().end(); // and it did not come to tell the connection

            assertThatExceptionOfType(PeerException.Closed.class)
                    .isThrownBy(() -> connection.send("hello"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.PEER_CLOSED_HERE));
            assertThatExceptionOfType(PeerException.Closed.class)
                    .isThrownBy(() -> connection.sendDatagram(new byte[1]))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.PEER_CLOSED_HERE));
            var unused = connection.closeAsync();
            assertThatExceptionOfType(PeerException.Closed.class)
                    .isThrownBy(() -> connection.send("hello"))
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.CLOSED_HERE));
            runtime.loop().start();
            runtime.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
