package io.rift.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6062 over loopback with real sockets. */
@Timeout(60)
class TcpRelayIT {

    private static final String PEER = "127.0.9.9";
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private static Path directory;

    private static RiftServer server;
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();

    private TurnTestClient control;
    private TransportAddress relayed;
    private ServerSocket peer;

    @BeforeAll
    static void start() throws Exception {
        TestCertificate certificate = new TestCertificate(directory);
        certificate.write("turn");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.allowed-peers=127.0.0.0/8",
                "--rift.turn.denied-peers=127.0.10.0/24",
                "--rift.turn.tcp-relay.enabled=true",
                "--rift.turn.users.alice=wonderland"));
        server = RiftServer.start(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
        THREADS.shutdownNow();
    }

    @BeforeEach
    void allocate() throws IOException {
        control = client();
        relayed = allocateTcp(control);
        peer = new ServerSocket(0, 10, InetAddress.ofLiteral(PEER));
        peer.setSoTimeout(5000);
    }

    @AfterEach
    void release() throws IOException {
        control.close();
        peer.close();
        await().until(() -> Scrape.sample(server, "rift_turn_peer_connections", "") == 0);
        await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 0);
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.2",
            text = "A connection to a peer is made from the relayed transport address of the allocation")
    void theClientConnectsToAPeerFromItsRelayedAddress() throws Exception {
        assertThat(control.permit(peerAddress())).isEqualTo(200);
        try (Socket toPeer = bind(connect());
                Socket fromClient = peer.accept()) {
            assertThat(TransportAddress.of((InetSocketAddress) fromClient.getRemoteSocketAddress()))
                    .isEqualTo(relayed);
            exchange(toPeer, fromClient, 10 * MEGABYTE);
        }
    }

    @Test
    void aDataConnectionThatAsksForOtherKeysOnAndOnEnds() throws Exception {
        control.permit(peerAddress());
        double before = Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"empty-records\"");
        try (Socket toPeer = bind(connect(), tlsWire("TLSv1.3"));
                Socket _ = peer.accept()) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 50_000; i++) {
                            ((SSLSocket) toPeer).startHandshake();
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        await().until(() ->
                Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"empty-records\"") == before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    @Requirement(
            rfc = 6062,
            section = "5.4",
            text = "After ConnectionBind the client's connection carries the peer's bytes as they are")
    void aDataConnectionMayUseTls(String protocol) throws Exception {
        control.permit(peerAddress());
        try (Socket toPeer = bind(connect(), tlsWire(protocol))) {
            Socket fromClient = peer.accept();
            exchange(toPeer, fromClient, 10 * MEGABYTE);

            byte[] last = random(MEGABYTE);
            Future<?> sent = submit(() -> {
                try (fromClient) {
                    fromClient.getOutputStream().write(last);
                }
                return null;
            });
            assertThat(Arrays.mismatch(toPeer.getInputStream().readAllBytes(), last))
                    .isEqualTo(-1);
            sent.get();
        }
        try (ServerSocket otherPeer = new ServerSocket(0, 10, InetAddress.ofLiteral(PEER))) {
            byte[] last = random(MEGABYTE);
            Future<byte[]> arrived;
            try (Socket toPeer = bind(connect(addressOf(otherPeer)), tlsWire(protocol))) {
                Socket fromClient = otherPeer.accept();
                arrived = submit(() -> fromClient.getInputStream().readAllBytes());
                toPeer.getOutputStream().write(last);
            }
            assertThat(Arrays.mismatch(arrived.get(), last)).isEqualTo(-1);
        }
        awaitConnections(0);
    }

    @Test
    void aControlConnectionMayUseTls() throws Exception {
        try (TurnTestClient overTls = new TurnTestClient(tlsWire("TLSv1.3"), "alice", "wonderland")) {
            overTls.learnNonce();
            TransportAddress other = allocateTcp(overTls);
            overTls.permit(relayed);
            control.permit(other);
            try (Socket data = bind(connect(other));
                    Socket dataOfOther = bind(connectionId(connectionAttempt(overTls)), tlsWire("TLSv1.3"))) {
                exchange(data, dataOfOther, MEGABYTE);
            }
        }
    }

    @Test
    void manyConnectionsLeaveFromOneRelayedAddress() throws Exception {
        control.permit(peerAddress());
        try (ServerSocket secondPeer = new ServerSocket(0, 10, InetAddress.ofLiteral(PEER));
                Socket toFirst = bind(connect());
                Socket first = peer.accept();
                Socket toSecond = bind(connect(addressOf(secondPeer)));
                Socket second = secondPeer.accept()) {
            assertThat(first.getPort()).isEqualTo(second.getPort()).isEqualTo(relayed.port());
            exchange(toSecond, second, 1000);
            exchange(toFirst, first, 1000);
        }
    }

    @Test
    void whatTheClientSendsRightBehindConnectionBindIsForThePeer() throws Exception {
        control.permit(peerAddress());
        long id = connect();
        StreamWire wire = wire();
        TurnTestClient data = new TurnTestClient(wire, "alice", "wonderland");
        data.learnNonce();
        byte[] request = data.signed(TurnMethod.CONNECTION_BIND, e -> e.add(TurnAttributes.CONNECTION_ID, id));
        byte[] both = Arrays.copyOf(request, request.length + 5);
        System.arraycopy("hello".getBytes(UTF_8), 0, both, request.length, 5);

        try (Socket fromClient = peer.accept();
                wire) {
            wire.sendRaw(both);
            assertThat(TurnTestClient.code(Objects.requireNonNull(StunMessage.parse(wire.receive()))))
                    .isEqualTo(200);
            assertThat(read(fromClient, 5)).asString(UTF_8).isEqualTo("hello");
        }
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.4",
            text = "What a peer sends before its connection is bound is delivered afterwards")
    void aPeerConnectsAndSendsBeforeItsConnectionIsBound() throws Exception {
        control.permit(peerAddress());
        byte[] early = random(100_000);
        try (Socket fromPeer = connectFromPeer()) {
            Future<?> sent = THREADS.submit(() -> {
                fromPeer.getOutputStream().write(early);
                fromPeer.shutdownOutput();
                return null;
            });
            StunMessage attempt = connectionAttempt(control);
            assertThat(attempt.get(TurnAttributes.XOR_PEER_ADDRESS))
                    .isEqualTo(TransportAddress.of((InetSocketAddress) fromPeer.getLocalSocketAddress()));

            try (Socket data = bind(connectionId(attempt))) {
                byte[] arrived = data.getInputStream().readNBytes(early.length);
                assertThat(arrived).hasSameSizeAs(early);
                assertThat(Arrays.mismatch(arrived, early)).isEqualTo(-1);
                assertThat(data.getInputStream().read()).isEqualTo(-1);
                sent.get();
                data.getOutputStream().write("bye".getBytes(UTF_8));
                assertThat(read(fromPeer, 3)).asString(UTF_8).isEqualTo("bye");
            }
        }
    }

    /** More than the sockets hold: the rest waits at the peer, and not in the server. */
    @Test
    void aPeerThatSendsMuchBeforeItsConnectionIsBoundHasToWait() throws Exception {
        control.permit(peerAddress());
        int size = 16 * MEGABYTE;
        AtomicLong sent = new AtomicLong();
        try (Socket fromPeer = connectFromPeer()) {
            Future<?> sender = THREADS.submit(() -> {
                byte[] block = new byte[64 * 1024];
                for (int i = 0; i < size / block.length; i++) {
                    fromPeer.getOutputStream().write(block);
                    sent.addAndGet(block.length);
                }
                return null;
            });
            StunMessage attempt = connectionAttempt(control);
            long before;
            do { // until nothing moves
                before = sent.get();
                TimeUnit.MILLISECONDS.sleep(300);
            } while (sent.get() != before || before == 0);
            assertThat(before).as("bytes in flight").isLessThan(size);

            try (Socket data = bind(connectionId(attempt))) {
                assertThat(data.getInputStream().readNBytes(size)).hasSize(size);
                sender.get();
            }
        }
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.3",
            text = "A connection of a peer without a permission is closed, and the client hears nothing of it")
    void aPeerWithoutAPermissionIsCutOff() throws Exception {
        try (Socket fromPeer = connectFromPeer()) {
            assertThat(isClosed(fromPeer)).isTrue();
        } catch (SocketException reset) { // before the peer's connect() has returned
            assertThat(reset).hasMessageContaining("reset");
        }
        await().until(() -> Scrape.sample(server, "rift_turn_drops_total", "reason=\"no-permission\"") > 0);
    }

    @Test
    void twoClientsReachEachOtherThroughTheirRelayedAddresses() throws Exception {
        try (TurnTestClient other = client()) {
            TransportAddress relayedOfOther = allocateTcp(other);
            other.permit(relayed);
            control.permit(relayedOfOther);
            long idOfOther;
            try (Socket data = bind(connect(relayedOfOther))) {
                StunMessage attempt = connectionAttempt(other);
                assertThat(attempt.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(relayed);
                idOfOther = connectionId(attempt);
                try (Socket dataOfOther = bind(idOfOther)) {
                    exchange(data, dataOfOther, 2 * MEGABYTE);
                }
            }
        }
    }

    @Test
    void oneDirectionGoesOnWhenTheOtherIsClosed() throws Exception {
        control.permit(peerAddress());
        try (Socket data = bind(connect());
                Socket fromClient = peer.accept()) {
            data.getOutputStream().write("last".getBytes(UTF_8));
            data.shutdownOutput();
            assertThat(fromClient.getInputStream().readAllBytes())
                    .asString(UTF_8)
                    .isEqualTo("last");

            byte[] more = random(8 * MEGABYTE);
            Future<?> sent = THREADS.submit(() -> {
                fromClient.getOutputStream().write(more);
                fromClient.shutdownOutput();
                return null;
            });
            assertThat(Arrays.mismatch(data.getInputStream().readAllBytes(), more))
                    .isEqualTo(-1);
            sent.get();
            awaitConnections(0);
        }
    }

    @Test
    @Requirement(
            rfc = 6062,
            section = "5.5",
            text = "When a client data connection is closed, so is its peer data connection, and the other way round")
    void theTwoConnectionsOfASpliceCloseTogether() throws Exception {
        control.permit(peerAddress());
        Socket data = bind(connect());
        try (Socket fromClient = peer.accept()) {
            data.close();
            assertThat(fromClient.getInputStream().read()).isEqualTo(-1);
        }
        try (Socket again = bind(connect())) {
            peer.accept().close();
            assertThat(again.getInputStream().read()).isEqualTo(-1);
        }
        awaitConnections(0);
    }

    /** Else what has arrived until then would look like all that there is. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetOfThePeerIsNoOrderlyEndForTheClient(boolean tls) throws Exception {
        control.permit(peerAddress());
        try (Socket data = bind(connect(), tls ? tlsWire("TLSv1.3") : wire())) {
            Socket fromClient = peer.accept();
            exchange(data, fromClient, 1000);
            fromClient.setSoLinger(true, 0);
            fromClient.close();
            assertThatThrownBy(() -> read(data, 1)).isInstanceOfAny(SocketException.class, SSLException.class);
        }
        awaitConnections(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetOfTheClientIsNoOrderlyEndForThePeer(boolean tls) throws Exception {
        control.permit(peerAddress());
        StreamWire tcp = StreamWire.connect(
                "127.0.0.1", tls ? server.ports().turnTls() : server.ports().turnTcp());
        try (Socket data = bind(connect(), tls ? TestCertificate.handshake(tcp, "TLSv1.3") : tcp);
                Socket fromClient = peer.accept()) {
            exchange(data, fromClient, 1000);
            tcp.socket().setSoLinger(true, 0); // below the TLS
            tcp.socket().close();
            assertThatThrownBy(() -> read(fromClient, 1)).isInstanceOf(SocketException.class);
        }
        awaitConnections(0);
    }

    /** It has as long as it needs, while it reads. */
    @Test
    void aSlowReaderOverTlsGetsAllThatThePeerHasSentBeforeItsEnd() throws Exception {
        control.permit(peerAddress());
        byte[] all = random(2 * MEGABYTE);
        try (Socket data = bind(connect(), tlsWire("TLSv1.3"))) {
            Socket fromClient = peer.accept();
            Future<?> sent = submit(() -> {
                try (fromClient) {
                    fromClient.getOutputStream().write(all);
                }
                return null;
            });
            byte[] arrived = new byte[all.length];
            int count = 0;
            int quick = all.length - 600_000; // leaves more than is read slowly
            while (!sent.isDone() && count < quick) {
                count += data.getInputStream().readNBytes(arrived, count, Math.min(64 * 1024, quick - count));
            }
            long began = System.nanoTime();
            while (System.nanoTime() - began < TimeUnit.SECONDS.toNanos(12)) {
                count += data.getInputStream().readNBytes(arrived, count, 4 * 1024);
                TimeUnit.MILLISECONDS.sleep(100);
            }
            assertThat(count).isLessThan(all.length);
            count += data.getInputStream().readNBytes(arrived, count, all.length - count);
            assertThat(count).isEqualTo(all.length);
            assertThat(Arrays.mismatch(arrived, all)).isEqualTo(-1);
            assertThat(data.getInputStream().read()).isEqualTo(-1);
        }
        awaitConnections(0);
    }

    /** What comes from it when all was sent to it must not reset its connection. */
    @Test
    void aClientOverTlsThatGoesOnSendingGetsAllThatThePeerHasSentBeforeItsEnd() throws Exception {
        control.permit(peerAddress());
        byte[] all = random(384 * 1024); // the kernels take it
        try (Socket data = bind(connect(), tlsWire("TLSv1.3"));
                Socket fromClient = peer.accept()) {
            fromClient.getOutputStream().write(all);
            fromClient.shutdownOutput();
            Future<?> sending = submit(() -> {
                for (int i = 0; i < 100; i++) {
                    data.getOutputStream().write(new byte[1_000]);
                    TimeUnit.MILLISECONDS.sleep(10);
                }
                return null;
            });
            sending.get(20, TimeUnit.SECONDS);
            assertThat(data.getInputStream().readAllBytes()).isEqualTo(all);
        }
        awaitConnections(0);
    }

    @Test
    @Requirement(rfc = 6062, section = "5.5", text = "When an allocation ends, its data connections are closed")
    void theConnectionsEndWithTheirAllocation() throws Exception {
        control.permit(peerAddress());
        try (Socket data = bind(connect());
                Socket fromClient = peer.accept()) {
            assertThat(control.release()).isEqualTo(200);
            assertThat(isClosed(data)).isTrue();
            assertThat(isClosed(fromClient)).isTrue();
        }
        assertThat(canConnectToRelay()).isFalse();
    }

    @Test
    void theConnectionsEndWithTheControlConnection() throws Exception {
        control.permit(peerAddress());
        try (Socket data = bind(connect());
                Socket fromClient = peer.accept()) {
            control.close();
            assertThat(isClosed(data)).isTrue();
            assertThat(isClosed(fromClient)).isTrue();
        }
    }

    /** The relay takes what the sockets hold, and then no more until the reader goes on; nothing is lost. */
    @Test
    void aSlowReaderHoldsUpItsSenderAndNobodyElse() throws Exception {
        control.permit(peerAddress());
        int size = 64 * MEGABYTE;
        try (Socket data = bind(connect());
                Socket fromClient = peer.accept()) {
            fromClient.setSendBufferSize(64 * 1024);
            AtomicLong sent = new AtomicLong();
            Future<?> sender = THREADS.submit(() -> {
                OutputStream out = fromClient.getOutputStream();
                byte[] block = new byte[64 * 1024];
                for (int i = 0; i < size / block.length; i++) {
                    Arrays.fill(block, (byte) i);
                    out.write(block);
                    sent.addAndGet(block.length);
                }
                return null;
            });
            long before;
            do { // until nothing moves
                before = sent.get();
                TimeUnit.MILLISECONDS.sleep(300);
            } while (sent.get() != before || before == 0);
            // 128 kB in either kernel outside and 512 kB in each buffer of ours; SpliceTest shows what lies in between.
            assertThat(before).as("bytes in flight").isLessThan(2 * MEGABYTE);

            try (ServerSocket otherPeer = new ServerSocket(0, 10, InetAddress.ofLiteral(PEER));
                    Socket otherData = bind(connect(addressOf(otherPeer)));
                    Socket other = otherPeer.accept()) {
                exchange(otherData, other, MEGABYTE);
            }
            InputStream in = data.getInputStream();
            for (int i = 0; i < size / (64 * 1024); i++) {
                byte[] block = in.readNBytes(64 * 1024);
                assertThat(block[0]).isEqualTo((byte) i);
                assertThat(block[block.length - 1]).isEqualTo((byte) i);
            }
            sender.get();
        }
    }

    @Test
    @Requirement(rfc = 6062, section = "5.2", text = "A connection attempt that fails is answered with 447")
    void aPeerThatRefusesIsAFailure() throws Exception {
        TransportAddress address = peerAddress();
        control.permit(address);
        peer.close();

        assertThat(connectCode(address)).isEqualTo(447);
    }

    @Test
    void neitherDeniedPeersNorTheServersOwnServicesAreConnectedTo() throws IOException {
        TransportAddress denied = TransportAddress.parse("127.0.10.1:80");
        assertThat(control.permit(denied)).isEqualTo(403);
        assertThat(connectCode(denied)).isEqualTo(403);
        assertThat(control.permit(relayed)).isEqualTo(200);
        assertThat(connectCode(new TransportAddress(relayed.ip(), server.ports().http())))
                .isEqualTo(403);
        assertThat(connectCode(new TransportAddress(relayed.ip(), server.ports().management())))
                .isEqualTo(403);
    }

    /** Each shard has its own idea of which ports are free. Only the kernel knows better, if it is let. */
    @Test
    void twoShardsDoNotShareARelayedAddress() throws IOException {
        int port = FreePort.at("127.0.0.1", 1);
        try (RiftServer sharded = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.shards=2",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.relay-ports=" + port,
                "--rift.turn.tcp-relay.enabled=true",
                "--rift.turn.users.alice=wonderland")) {
            int allocated = 0;
            TurnTestClient[] clients = new TurnTestClient[16];
            for (int i = 0; i < clients.length; i++) {
                clients[i] = new TurnTestClient(
                        StreamWire.connect("127.0.0.1", sharded.ports().turnTcp()), "alice", "wonderland");
                clients[i].learnNonce();
                StunMessage response = clients[i].request(
                        TurnMethod.ALLOCATE, e -> e.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP));
                allocated += TurnTestClient.code(response) == 200 ? 1 : 0;
            }
            for (TurnTestClient client : clients) {
                client.close();
            }
            assertThat(allocated).isEqualTo(1);
        }
    }

    @Test
    void bandwidthHoldsUpTheSenderAndLosesNothing() throws Exception {
        try (RiftServer limited = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.turn.allowed-peers=127.0.0.0/8",
                        "--rift.turn.limits.user-bandwidth=1000000",
                        "--rift.turn.limits.user-bandwidth-burst=100000",
                        "--rift.turn.tcp-relay.enabled=true",
                        "--rift.turn.users.alice=wonderland");
                TurnTestClient alice = new TurnTestClient(
                        StreamWire.connect("127.0.0.1", limited.ports().turnTcp()), "alice", "wonderland")) {
            alice.learnNonce();
            allocateTcp(alice);
            alice.permit(peerAddress());
            long id = connectionId(
                    alice.request(TurnMethod.CONNECT, e -> e.add(TurnAttributes.XOR_PEER_ADDRESS, peerAddress())));
            StreamWire wire = StreamWire.connect("127.0.0.1", limited.ports().turnTcp());
            try (Socket data = bind(id, wire);
                    Socket fromClient = peer.accept()) {
                long began = System.nanoTime();
                exchange(data, fromClient, 1_000_000); // and as much back
                assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1_500));
            }
        }
    }

    /** What a new connection brings at once is paid for like anything else: by those before it, if need be. */
    @Test
    void shortConnectionsTogetherGetNoMoreThanALongOne() throws Exception {
        int bytesPerSecond = 50_000;
        int burst = 100_000;
        byte[] early = random(100_000);
        try (RiftServer limited = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.turn.allowed-peers=127.0.0.0/8",
                        "--rift.turn.limits.user-bandwidth=" + bytesPerSecond,
                        "--rift.turn.limits.user-bandwidth-burst=" + burst,
                        "--rift.turn.tcp-relay.enabled=true",
                        "--rift.turn.users.alice=wonderland");
                TurnTestClient alice = new TurnTestClient(
                        StreamWire.connect("127.0.0.1", limited.ports().turnTcp()), "alice", "wonderland")) {
            alice.learnNonce();
            TransportAddress relayedOfAlice = allocateTcp(alice);
            alice.permit(peerAddress());
            long began = System.nanoTime();
            int arrived = 0;
            for (int i = 0; i < 8; i++) {
                try (Socket fromPeer = connectFromPeer(relayedOfAlice)) {
                    fromPeer.getOutputStream().write(early);
                    fromPeer.shutdownOutput();
                    StreamWire wire =
                            StreamWire.connect("127.0.0.1", limited.ports().turnTcp());
                    try (Socket data = bind(connectionId(connectionAttempt(alice)), wire)) {
                        arrived += readFor(data, 250);
                    }
                }
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            assertThat(arrived).isBetween(1, (int) (bytesPerSecond * seconds) + burst + 128 * 1024);
        }
    }

    // --- the client ---

    private static StreamWire wire() {
        return StreamWire.connect("127.0.0.1", server.ports().turnTcp());
    }

    private static StreamWire tlsWire(String protocol) throws IOException {
        return TestCertificate.connect("127.0.0.1", server.ports().turnTls(), protocol);
    }

    private static TurnTestClient client() {
        TurnTestClient client = new TurnTestClient(wire(), "alice", "wonderland");
        client.learnNonce();
        return client;
    }

    private static TransportAddress allocateTcp(TurnTestClient client) {
        StunMessage response =
                client.request(TurnMethod.ALLOCATE, e -> e.add(TurnAttributes.REQUESTED_TRANSPORT, TurnAttributes.TCP));
        assertThat(TurnTestClient.code(response)).isEqualTo(200);
        return Objects.requireNonNull(response.get(TurnAttributes.XOR_RELAYED_ADDRESS));
    }

    private long connect() {
        return connect(peerAddress());
    }

    private long connect(TransportAddress to) {
        StunMessage response = control.request(TurnMethod.CONNECT, e -> e.add(TurnAttributes.XOR_PEER_ADDRESS, to));
        assertThat(TurnTestClient.code(response)).isEqualTo(200);
        return connectionId(response);
    }

    private int connectCode(TransportAddress to) {
        return TurnTestClient.code(
                control.request(TurnMethod.CONNECT, e -> e.add(TurnAttributes.XOR_PEER_ADDRESS, to)));
    }

    private static long connectionId(StunMessage message) {
        return Objects.requireNonNull(message.get(TurnAttributes.CONNECTION_ID));
    }

    /** A client data connection. */
    private static Socket bind(long connectionId) {
        return bind(connectionId, wire());
    }

    private static Socket bind(long connectionId, StreamWire wire) {
        TurnTestClient data = new TurnTestClient(wire, "alice", "wonderland");
        data.learnNonce();
        StunMessage response =
                data.request(TurnMethod.CONNECTION_BIND, e -> e.add(TurnAttributes.CONNECTION_ID, connectionId));
        assertThat(TurnTestClient.code(response)).isEqualTo(200);
        return wire.socket();
    }

    private static StunMessage connectionAttempt(TurnTestClient client) {
        StunMessage message = Objects.requireNonNull(StunMessage.parse(client.receive()));
        assertThat(message.is(MessageClass.INDICATION, TurnMethod.CONNECTION_ATTEMPT))
                .isTrue();
        return message;
    }

    private static void awaitConnections(int count) {
        await().until(() -> Scrape.sample(server, "rift_turn_peer_connections", "") == count);
    }

    // --- the peer ---

    private TransportAddress peerAddress() {
        return addressOf(peer);
    }

    private static TransportAddress addressOf(ServerSocket listening) {
        return TransportAddress.of((InetSocketAddress) listening.getLocalSocketAddress());
    }

    private Socket connectFromPeer() throws IOException {
        return connectFromPeer(relayed);
    }

    private static Socket connectFromPeer(TransportAddress relayed) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(PEER), 0));
        socket.setSoTimeout(5000);
        socket.connect(relayed.toSocketAddress(), 5000);
        return socket;
    }

    private boolean canConnectToRelay() {
        try (Socket socket = connectFromPeer()) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    // --- bytes ---

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Both ways at once, and everything arrives as it was. */
    private static void exchange(Socket one, Socket other, int size) throws Exception {
        byte[] there = random(size);
        byte[] back = random(size + 1);
        Future<?> sentThere = send(one, there);
        Future<?> sentBack = send(other, back);
        Future<byte[]> arrivedThere = submit(() -> read(other, there.length));
        assertThat(Arrays.equals(read(one, back.length), back)).isTrue();
        assertThat(Arrays.equals(arrivedThere.get(), there)).isTrue();
        sentThere.get();
        sentBack.get();
    }

    private static Future<?> send(Socket socket, byte[] bytes) {
        return submit(() -> {
            socket.getOutputStream().write(bytes);
            return null;
        });
    }

    private static <T> Future<T> submit(Callable<T> task) {
        return THREADS.submit(task);
    }

    private static byte[] read(Socket socket, int size) throws IOException {
        socket.setSoTimeout(20_000);
        return socket.getInputStream().readNBytes(size);
    }

    /** How many bytes come until nothing comes for so long. */
    private static int readFor(Socket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        byte[] bytes = new byte[16 * 1024];
        int count = 0;
        try {
            for (int n = 0; n >= 0; n = socket.getInputStream().read(bytes)) {
                count += n;
            }
        } catch (SocketTimeoutException e) {
            // no more
        }
        return count;
    }

    /** Whether the server closes or resets it. */
    private static boolean isClosed(Socket socket) throws IOException {
        socket.setSoTimeout(5000);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
