package io.rift.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.management.UnixOperatingSystemMXBean;
import io.rift.peer.CloseReason;
import io.rift.peer.Connection;
import io.rift.peer.IceTransportPolicy;
import io.rift.peer.Identity;
import io.rift.peer.Message;
import io.rift.peer.PathType;
import io.rift.peer.Peer;
import io.rift.peer.PeerBuilder;
import io.rift.peer.PeerException;
import io.rift.protocol.PeerId;
import io.rift.server.RiftServer;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The SDK over loopback sockets with the real server, in one process. */
@Timeout(60)
class PeerIT {

    private static final int MESSAGES = 1_000;

    private static RiftServer server;

    private final List<Peer> peers = new ArrayList<>();
    private final BlockingQueue<Connection> incoming = new LinkedBlockingQueue<>();

    @BeforeAll
    static void startServer() {
        server = startServer(0, 0);
    }

    /** Ports that are not given are any free ones: those beside a given one may be somebody else's. */
    private static RiftServer startServer(int httpPort, int turnPort) {
        return RiftServer.start(
                "--server.port=" + httpPort,
                "--server.address=127.0.0.1",
                "--management.server.port=-1",
                "--rift.turn.port=" + turnPort,
                "--rift.turn.tcp.port=0",
                "--rift.stun.second-port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                // Everybody lives on this machine, whichever address the relay chooses for its sockets.
                "--rift.turn.allowed-peers=127.0.0.0/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16");
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void closePeers() {
        peers.forEach(Peer::close);
    }

    private static URI uri() {
        return uri(server.ports().http());
    }

    private static URI uri(int port) {
        return URI.create("ws://127.0.0.1:" + port);
    }

    private Peer peer() {
        return start(builder());
    }

    private PeerBuilder builder() {
        return Peer.builder().identity(Identity.generate()).rendezvous(uri()).onConnection(incoming::add);
    }

    private Peer start(PeerBuilder builder) {
        Peer peer = builder.start();
        peers.add(peer);
        return peer;
    }

    private Connection incoming() throws InterruptedException {
        Connection connection = incoming.poll(10, TimeUnit.SECONDS);
        assertThat(connection).as("an incoming connection within 10 s").isNotNull();
        return connection;
    }

    @ParameterizedTest
    @CsvSource({"ALL, ALL, HOST", "RELAY, ALL, RELAYED", "ALL, RELAY, RELAYED", "RELAY, RELAY, RELAYED"})
    void twoPeersExchangeAThousandMessagesEachWay(
            IceTransportPolicy policyOfAlice, IceTransportPolicy policyOfBob, PathType expected) throws Exception {
        Peer alice = start(builder().iceTransportPolicy(policyOfAlice));
        Peer bob = start(builder().iceTransportPolicy(policyOfBob));
        Connection toBob = alice.connect(bob.id());
        Connection toAlice = incoming();
        CompletableFuture<List<String>> atBob = receiveAll(toAlice);
        CompletableFuture<List<String>> atAlice = receiveAll(toBob);
        CompletableFuture<Void> fromBob =
                CompletableFuture.runAsync(() -> sendAll(toAlice, "bob"), Thread::startVirtualThread);
        sendAll(toBob, "alice");
        fromBob.get(30, TimeUnit.SECONDS);
        assertThat(atBob.get(30, TimeUnit.SECONDS)).isEqualTo(messages("alice"));
        assertThat(atAlice.get(30, TimeUnit.SECONDS)).isEqualTo(messages("bob"));

        assertThat(toBob.path().type()).isEqualTo(expected);
        assertThat(toAlice.path().type()).isEqualTo(expected);
        assertThat(toBob.path().direct()).isEqualTo(expected == PathType.HOST);
        assertThat(toBob.remotePeerId()).isEqualTo(bob.id());
        assertThat(toAlice.remotePeerId()).isEqualTo(alice.id());
        assertThat(toBob.fingerprint()).isEqualTo(bob.id().fingerprint());
        assertThat(toBob.suite()).isEqualTo("X25519-AES-256-GCM").isEqualTo(toAlice.suite());
        assertThat(toBob.roundTripTime()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(1));
        assertThat(toBob.statistics().messagesSent()).isEqualTo(MESSAGES);
        assertThat(toBob.statistics().messagesReceived()).isEqualTo(MESSAGES);
        assertThat(toBob.statistics().timeToConnect()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(10));
    }

    private static List<String> messages(String from) {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            messages.add(from + " says " + i);
        }
        return messages;
    }

    private static void sendAll(Connection connection, String from) {
        messages(from).forEach(connection::send);
    }

    private static CompletableFuture<List<String>> receiveAll(Connection connection) {
        return CompletableFuture.supplyAsync(
                () -> {
                    List<String> received = new ArrayList<>();
                    for (int i = 0; i < MESSAGES; i++) {
                        received.add(connection.receive().text());
                    }
                    return received;
                },
                Thread::startVirtualThread);
    }

    @Test
    void messagesOfEverySizeArriveUnchanged() throws Exception {
        Peer alice = peer();
        Peer bob = peer();
        Connection toBob = alice.connect(bob.id());
        Connection toAlice = incoming();
        toAlice.onMessage(message -> toAlice.send(message.bytes()));
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 1_140, 1_141, 1_142, 2_282, 40_000, Connection.MAX_MESSAGE_BYTES}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            toBob.send(content);
            assertThat(toBob.receive().bytes()).isEqualTo(content);
        }
    }

    @Test
    void aSenderWaitsForAReceiverThatDoesNotRead() throws Exception {
        Peer alice = peer();
        Peer bob = peer();
        Connection toBob = alice.connect(bob.id());
        Connection toAlice = incoming();
        int total = 600;
        byte[] content = new byte[8_000];
        AtomicInteger sent = new AtomicInteger();
        BlockingQueue<Thread> senders = new LinkedBlockingQueue<>();
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> {
                    for (int i = 0; i < total; i++) {
                        toBob.send(content);
                        sent.incrementAndGet();
                    }
                },
                sender -> senders.add(Thread.startVirtualThread(sender)));
        untilStandingStill(senders.take(), sent, sending);
        assertThat(sent.get())
                .as("4.8 MB do not fit what a sleeping receiver lets through")
                .isPositive()
                .isLessThan(total);
        for (int i = 0; i < total; i++) {
            assertThat(toAlice.receive().size()).isEqualTo(content.length);
        }
        sending.get(10, TimeUnit.SECONDS);
    }

    /** A sender that only got no processor time for a while is not waiting: its thread is runnable. */
    private static void untilStandingStill(Thread sender, AtomicInteger sent, CompletableFuture<Void> sending)
            throws InterruptedException {
        int before = -1;
        int unchanged = 0;
        while (unchanged < 25 && !sending.isDone()) {
            int now = sent.get();
            unchanged = now > 0 && now == before && sender.getState() == Thread.State.WAITING ? unchanged + 1 : 0;
            before = now;
            Thread.sleep(20);
        }
    }

    @Test
    void theAsynchronousTwinsDoTheSame() throws Exception {
        CompletableFuture<Peer> starting = builder().startAsync();
        Peer alice = starting.get(10, TimeUnit.SECONDS);
        peers.add(alice);
        Peer bob = peer();
        Connection toBob = alice.connectAsync(bob.id()).get(10, TimeUnit.SECONDS);
        Connection toAlice = incoming();
        CompletableFuture<?>[] sends = new CompletableFuture<?>[100];
        for (int i = 0; i < sends.length; i++) {
            sends[i] = toBob.sendAsync(("async " + i).getBytes(StandardCharsets.UTF_8));
        }
        CompletableFuture.allOf(sends).get(10, TimeUnit.SECONDS);
        for (int i = 0; i < sends.length; i++) {
            assertThat(toAlice.receive(Duration.ofSeconds(5)).orElseThrow().text())
                    .isEqualTo("async " + i);
        }
        assertThat(toAlice.receive(Duration.ofMillis(10))).isEmpty();
        toBob.closeAsync().get(5, TimeUnit.SECONDS);
        assertThat(toBob.isOpen()).isFalse();
    }

    @Test
    void datagramsReachTheListener() throws Exception {
        Peer alice = peer();
        Peer bob = peer();
        Connection toBob = alice.connect(bob.id());
        BlockingQueue<Message> datagrams = new LinkedBlockingQueue<>();
        incoming().onDatagram(datagrams::add);
        byte[] content = new byte[Connection.MAX_DATAGRAM_BYTES];
        content[0] = 42;
        toBob.sendDatagram(content);
        assertThat(datagrams.poll(5, TimeUnit.SECONDS))
                .isNotNull()
                .satisfies(datagram -> assertThat(datagram.bytes()).isEqualTo(content));
    }

    @Test
    void bothMayCallAtOnce() throws Exception {
        CountDownLatch bothCalled = new CountDownLatch(1);
        Peer alice = start(builder().acceptIf(offer -> isDown(bothCalled)));
        Peer bob = start(builder().acceptIf(offer -> isDown(bothCalled)));
        CompletableFuture<Connection> toBob = alice.connectAsync(bob.id());
        CompletableFuture<Connection> toAlice = bob.connectAsync(alice.id());
        bothCalled.countDown(); // neither took the other's call before it made its own
        toBob.get(10, TimeUnit.SECONDS).send("from alice");
        toAlice.get(10, TimeUnit.SECONDS).send("from bob");
        assertThat(toAlice.join().receive().text()).isEqualTo("from alice");
        assertThat(toBob.join().receive().text()).isEqualTo("from bob");
        assertThat(alice.statistics().connections()).isEqualTo(1);
        assertThat(incoming).isEmpty();
    }

    private static boolean isDown(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPeerThatNobodyIsIsOffline() {
        PeerId nobody = Identity.generate().peerId();
        Peer alice = peer();
        PeerException.PeerOffline offline =
                catchThrowableOfType(PeerException.PeerOffline.class, () -> alice.connect(nobody));
        assertThat(offline.peerId()).isEqualTo(nobody);
        assertThat(offline).hasMessageContaining(nobody.toString());
        assertThat(offline.getSuppressed()[0].getStackTrace())
                .as("the call that failed is in the trace")
                .anyMatch(frame -> frame.getClassName().equals(Peer.class.getName()));
    }

    @Test
    void aFilterRefusesByIdentity() throws Exception {
        Peer alice = peer();
        Peer mallory = peer();
        Peer bob = start(builder().acceptIf(offer -> offer.remotePeerId().equals(alice.id())));
        assertThatExceptionOfType(PeerException.PeerRefused.class)
                .isThrownBy(() -> mallory.connect(bob.id()))
                .withMessageContaining("declined");
        alice.connect(bob.id());
        assertThat(incoming().remotePeerId()).isEqualTo(alice.id());
        assertThat(bob.statistics().incomingRefused()).isEqualTo(1);
    }

    @Test
    void aPeerThatDoesNotListenRefuses() {
        Peer alice = peer();
        Peer bob = start(Peer.builder().identity(Identity.generate()).rendezvous(uri()));
        assertThatExceptionOfType(PeerException.PeerRefused.class).isThrownBy(() -> alice.connect(bob.id()));
        bob.onConnection(incoming::add);
        assertThat(alice.connect(bob.id()).isOpen()).isTrue();
    }

    @Test
    void aServerThatChangesWhatPeersTellEachOtherGetsNoConnection() throws Exception {
        try (LyingProxy proxy = new LyingProxy(server.ports().http(), "\"rendezvousNonce\":\"")) {
            Peer alice = start(builder().rendezvous(uri(proxy.port())).connectTimeout(Duration.ofSeconds(8)));
            Peer bob = peer();
            assertThatExceptionOfType(PeerException.class)
                    .isThrownBy(() -> alice.connect(bob.id()))
                    .isInstanceOfAny(PeerException.AuthenticationFailed.class, PeerException.PeerRefused.class);
            assertThat(proxy.lies()).isPositive();
            assertThat(alice.statistics().connectionsEstablished()).isZero();
            assertThat(bob.statistics().connectionsEstablished()).isZero();
        }
    }

    @Test
    void aServerThatForgesASignatureIsFoundOut() throws Exception {
        try (LyingProxy proxy = new LyingProxy(server.ports().http(), "\"capabilitiesSignature\":\"")) {
            Peer alice = start(builder().rendezvous(uri(proxy.port())));
            Peer bob = peer();
            assertThatExceptionOfType(PeerException.AuthenticationFailed.class)
                    .isThrownBy(() -> alice.connect(bob.id()))
                    .withMessageContaining(bob.id().toString());
            assertThat(proxy.lies()).isPositive();
        }
    }

    @Test
    void closingIsKnownToTheOtherSideAfterTheLastMessage() throws Exception {
        Peer alice = peer();
        Peer bob = peer();
        Connection toBob = alice.connect(bob.id());
        Connection toAlice = incoming();
        CompletableFuture<CloseReason> reason = new CompletableFuture<>();
        toAlice.onClose(reason::complete);
        for (int i = 0; i < 100; i++) {
            toBob.send("message " + i);
        }
        toBob.close();
        toBob.close();
        assertThat(reason.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLOSED_BY_PEER);
        for (int i = 0; i < 100; i++) {
            assertThat(toAlice.receive().text()).isEqualTo("message " + i);
        }
        assertThatExceptionOfType(PeerException.Closed.class).isThrownBy(toAlice::receive);
        assertThatExceptionOfType(PeerException.Closed.class)
                .isThrownBy(() -> toAlice.send("too late"))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.CLOSED_BY_PEER));
        assertThatExceptionOfType(PeerException.Closed.class)
                .isThrownBy(() -> toBob.sendDatagram(new byte[1]))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(CloseReason.CLOSED_HERE));
        assertThat(toBob.statistics().messagesSent()).isEqualTo(100);
        assertThat(toBob.roundTripTime()).isPositive();
    }

    @Test
    void closingAPeerClosesItsConnections() throws Exception {
        Peer alice = peer();
        Peer bob = peer();
        Connection toBob = alice.connect(bob.id());
        Connection toAlice = incoming();
        CompletableFuture<CloseReason> here = new CompletableFuture<>();
        CompletableFuture<CloseReason> there = new CompletableFuture<>();
        toBob.onClose(here::complete);
        toAlice.onClose(there::complete);
        alice.close();
        assertThat(here.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.PEER_CLOSED_HERE);
        assertThat(there.get(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.CLOSED_BY_PEER);
        assertThat(toBob.isOpen()).isFalse();
        assertThatExceptionOfType(PeerException.PeerOffline.class).isThrownBy(() -> bob.connect(alice.id()));
    }

    @Test
    void theSameIdentitySignedInTwiceReplacesTheFirst() throws Exception {
        Identity identity = Identity.generate();
        Peer first = start(builder().identity(identity));
        Peer second = start(builder().identity(identity));
        await(() -> !first.isSignedIn());
        Peer bob = peer();
        assertThatExceptionOfType(PeerException.RendezvousUnreachable.class)
                .isThrownBy(() -> first.connect(bob.id()))
                .withMessageContaining("replaced");
        assertThat(second.connect(bob.id()).isOpen()).isTrue();
    }

    @Test
    @Timeout(180)
    void aConnectionSurvivesARestartOfTheServerAndNewOnesFollow() throws Exception {
        RiftServer restarted = startServer(0, 0);
        int http = restarted.ports().http();
        int turn = restarted.ports().turn();
        try {
            Peer alice = start(builder().rendezvous(uri(http)));
            Peer bob = start(builder().rendezvous(uri(http)));
            Connection toBob = alice.connect(bob.id());
            Connection toAlice = incoming();
            restarted.close();
            await(() -> !alice.isSignedIn() && !bob.isSignedIn());
            toBob.send("without a server");
            assertThat(toAlice.receive().text()).isEqualTo("without a server");
            restarted = startServer(http, turn);
            // A peer that has dialled often while the server was away pauses for up to 30 s before it dials again.
            await(() -> alice.isSignedIn() && bob.isSignedIn(), 70);
            alice.connect(bob.id()).send("with a new one");
            assertThat(incoming().receive().text()).isEqualTo("with a new one");
            toBob.send("still the old line");
            assertThat(toAlice.receive().text()).isEqualTo("still the old line");
        } finally {
            restarted.close();
        }
    }

    /** The tutorial's hello, as it stands there. */
    private static void hello(URI server, String... args) {
        try (Peer alice = Peer.builder()
                        .identity(Identity.generate())
                        .rendezvous(server)
                        .start();
                Connection line = alice.connect(PeerId.parse(args[0]))) {
            line.send("hello");
            System.out.println(
                    line.receive().text() + ", by way of " + line.path().type());
        }
    }

    @Test
    void helloOfTheTutorialWorks() {
        Peer bob = start(builder()
                .onConnection(line -> line.onMessage(message -> line.send("you said " + message.text()))));
        hello(uri(), bob.id().toString());
    }

    @Test
    void nothingIsLeftBehind() throws Exception {
        for (int i = 0; i < 3; i++) {
            connectAndClose(); // loads classes, fills pools of the server
        }
        long before = openFiles();
        for (int i = 0; i < 15; i++) {
            connectAndClose();
        }
        await(() -> openFiles() <= before + 3); // the server notices the last ends a moment later
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("rift-peer-io") || name.startsWith("HttpClient-"));
    }

    private void connectAndClose() throws Exception {
        try (Peer alice = builder().start();
                Peer bob = builder().start();
                Connection toBob = alice.connect(bob.id())) {
            toBob.send("hello");
            assertThat(incoming().receive().text()).isEqualTo("hello");
        }
    }

    private static long openFiles() {
        return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class)
                .getOpenFileDescriptorCount();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        await(condition, 40);
    }

    private static void await(BooleanSupplier condition, int seconds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("within %d s", seconds).isNegative();
            Thread.sleep(10);
        }
    }
}
