package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.StreamWire;
import io.rift.server.TestCertificate;
import io.rift.server.TurnTestClient;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.Cidr;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.ServerAddress;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import io.rift.server.tls.ServerCertificates;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/** What waits in the server for clients over TLS. */
@Timeout(60)
class TlsClientsIT {

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");
    private static final String CLIENT = "127.0.9.11";
    private static final String PEER = "127.0.9.9";
    private static final String PROXY = "127.0.8.1";
    private static final int CHANNEL = 0x4001;
    private static final Duration POLL = Duration.ofMillis(20);

    @TempDir
    private Path directory;

    private TurnSockets sockets;

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void whatWaitsForASlowReaderIsBoundedWithTheRecordsThatItIsIn() throws Exception {
        open(bundle());
        StreamWire wire = TestCertificate.connect(CLIENT, sockets.tlsPort(), "TLSv1.3");
        try (TurnTestClient slow = new TurnTestClient(wire, "alice", "wonderland");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName(PEER))) {
            InetSocketAddress relay = slow.allocate().toSocketAddress();
            slow.bindChannel(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            await().pollInterval(POLL).until(() -> {
                send(peer, relay, 1200, 100); // as many as the buffer of the relay's socket has room for
                return drops(SocketDrop.SLOW_READER) > 0;
            });
            awaitPublication();
            awaitPublication(); // all of these have been read and counted
            long dropsBefore = drops(SocketDrop.SLOW_READER);

            CountDownLatch sent = new CountDownLatch(1); // so that the loop reads all of them in one burst
            sockets.shard(0).loop().execute(() -> awaitQuietly(sent));
            send(peer, relay, 1, 100);
            sent.countDown();
            await().until(() -> drops(SocketDrop.SLOW_READER) > dropsBefore);
            assertThat(pendingBytes(wire)).isLessThan(ClientConnection.UNREAD_BYTES.high() + 1500);

            for (int i = 0; i < 2 * TlsConnection.MAX_EMPTY_RECORDS && ends(ConnectionEnd.EMPTY_RECORDS) == 0; i++) {
                try {
                    for (int j = 0; j < TlsConnection.RECORDS_FOR_ONE; j++) {
                        slow.sendChannelData(CHANNEL, new byte[4]);
                    }
                    ((SSLSocket) wire.socket()).startHandshake(); // asks for other keys, and does not read the answer
                } catch (IOException | RuntimeException e) {
                    break;
                }
            }
            await().until(() -> ends(ConnectionEnd.EMPTY_RECORDS) == 1);
        }
    }

    @Test
    void aConnectionThatCannotBeBegunIsClosed() throws Exception {
        SslBundle good = bundle();
        open(SslBundle.of(good.getStores(), good.getKey(), good.getOptions(), good.getProtocol(), new Broken(good)));
        for (String from : List.of(CLIENT, PROXY)) {
            long before = ends(ConnectionEnd.INTERNAL_ERROR);
            try (StreamWire wire = StreamWire.connect(from, sockets.tlsPort())) {
                if (from.equals(PROXY)) {
                    wire.sendRaw(new byte[] {13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10, 0x20, 0, 0, 0});
                }
                assertThat(wire.isClosedWithin(5000)).isTrue();
            }
            await().until(() -> ends(ConnectionEnd.INTERNAL_ERROR) == before + 1);
        }
    }

    @Test
    void whoWaitsForAThreadOfTheHandshakesMakesRoomForANewcomerAtOnce() throws Exception {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        SslBundle good = bundle();
        Held held = new Held(good, threads);
        open(
                SslBundle.of(good.getStores(), good.getKey(), good.getOptions(), good.getProtocol(), held),
                new ConnectionBounds(threads + 1, 1000, 1000, Duration.ofSeconds(30), Duration.ofSeconds(60)));
        CountDownLatch goOn = held.hold();
        List<StreamWire> wires = new ArrayList<>();
        try {
            for (int i = 0; i <= threads; i++) {
                wires.add(StreamWire.connect(CLIENT, sockets.tlsPort()));
            }
            await().until(() -> connections() == threads + 1);
            for (StreamWire wire : wires.reversed()) { // the oldest last, so that all threads have something to do
                wire.sendRaw(clientHello());
                if (wire == wires.get(1)) {
                    held.awaitHeld();
                }
            }
            onLoop(() -> true); // it has read the last one
            try (StreamWire newcomer = StreamWire.connect(CLIENT, sockets.tlsPort())) {
                assertThat(wires.getFirst().isClosedWithin(5000)).isTrue();
                await().until(() -> ends(ConnectionEnd.PUSHED_OUT) == 1);
                assertThat(ends(ConnectionEnd.TOO_MANY)).isZero();
                goOn.countDown();
                TurnTestClient client =
                        new TurnTestClient(TestCertificate.handshake(newcomer, "TLSv1.3"), "alice", "wonderland");
                client.allocate();
                assertThat(client.release()).isEqualTo(200);
            }
        } finally {
            goOn.countDown();
            wires.forEach(StreamWire::close);
        }
    }

    private long connections() {
        return sockets.counters().connections().getOrDefault(ClientTransport.TLS, 0L);
    }

    private static byte[] clientHello() throws Exception {
        SSLEngine client = SSLContext.getDefault().createSSLEngine();
        client.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    private void open(SslBundle bundle) {
        open(bundle, new ConnectionBounds(10, 10, 10, Duration.ofSeconds(30), Duration.ofSeconds(60)));
    }

    private void open(SslBundle bundle, ConnectionBounds bounds) {
        LiveRelays relays = new LiveRelays(Set.of(LOOPBACK));
        Authenticator users = new Authenticator(
                "rift",
                Map.of("alice", "wonderland"),
                SharedSecrets.none(),
                new Nonces(List.of(new byte[Nonces.MIN_SECRET_BYTES]), Nonces.DEFAULT_LIFETIME_SECONDS));
        Listener listener = new Listener(LOOPBACK, LOOPBACK, LOOPBACK);
        sockets = TurnSockets.open(
                new TurnSockets.Settings(
                        List.of(listener),
                        List.of(listener),
                        0,
                        0,
                        new ConnectionSettings(
                                -1,
                                0,
                                -1,
                                ServerCertificates.of(
                                        new DefaultSslBundleRegistry("turn", bundle), "key", "turn", false),
                                List.of(Cidr.parse("127.0.8.0/24")),
                                bounds),
                        1),
                count -> new TurnServer(
                        TurnServerConfig.defaults(),
                        users,
                        PeerPolicy.of(List.of(Cidr.parse("127.0.9.0/24")), List.of()),
                        relays,
                        new Random(1)),
                relays,
                null);
    }

    private SslBundle bundle() throws Exception {
        new TestCertificate(directory).write("turn");
        return SslBundle.of(new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate("file:" + directory.resolve("turn.crt"))
                        .withPrivateKey("file:" + directory.resolve("turn.key")),
                null));
    }

    private static void send(DatagramSocket peer, InetSocketAddress relay, int length, int times) throws IOException {
        for (int i = 0; i < times; i++) {
            peer.send(new DatagramPacket(new byte[length], length, relay));
        }
    }

    private long pendingBytes(StreamWire wire) throws Exception {
        InetSocketAddress local = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), sockets.tlsPort());
        Shard shard = sockets.shard(0);
        return onLoop(() -> {
            ClientEnd end = shard.ends()
                    .find(
                            new ServerAddress(ClientTransport.TLS, TransportAddress.of(local)),
                            TransportAddress.of(wire.local()));
            Channel channel = ((ClientConnection) Objects.requireNonNull(end)).channel();
            return Objects.requireNonNull(channel.unsafe().outboundBuffer()).totalPendingWriteBytes();
        });
    }

    private void awaitPublication() {
        ShardCounters former = sockets.shard(0).counters();
        await().untilAsserted(() -> assertThat(sockets.shard(0).counters()).isNotSameAs(former));
    }

    private long drops(SocketDrop reason) {
        return sockets.counters().socketDrops().getOrDefault(reason, 0L);
    }

    private long ends(ConnectionEnd reason) {
        return sockets.counters().connectionEnds().getOrDefault(reason, 0L);
    }

    private <T> T onLoop(Callable<T> task) throws InterruptedException, ExecutionException {
        return sockets.shard(0).loop().submit(task).get();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whose key can be had only when the test says so: until then, the thread that wants it waits. */
    private static final class Held implements SslManagerBundle {

        private final SslBundle good;
        private final CountDownLatch isHeld;
        private volatile CountDownLatch goOn;

        Held(SslBundle good, int threads) {
            this.good = good;
            isHeld = new CountDownLatch(threads);
        }

        CountDownLatch hold() {
            CountDownLatch latch = new CountDownLatch(1);
            goOn = latch;
            return latch;
        }

        void awaitHeld() throws InterruptedException {
            isHeld.await();
        }

        @Override
        public KeyManagerFactory getKeyManagerFactory() {
            return good.getManagers().getKeyManagerFactory();
        }

        @Override
        public TrustManagerFactory getTrustManagerFactory() {
            return good.getManagers().getTrustManagerFactory();
        }

        @Override
        public SSLContext createSslContext(String protocol) {
            X509ExtendedKeyManager keys =
                    (X509ExtendedKeyManager) good.getManagers().getKeyManagers()[0];
            try {
                SSLContext context = SSLContext.getInstance(protocol);
                context.init(new KeyManager[] {new Keys(keys)}, null, null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private final class Keys extends X509ExtendedKeyManager {

            private final X509ExtendedKeyManager keys;

            Keys(X509ExtendedKeyManager keys) {
                this.keys = keys;
            }

            @Override
            public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
                CountDownLatch latch = goOn;
                if (latch != null) {
                    isHeld.countDown();
                    awaitQuietly(latch);
                }
                return keys.chooseEngineServerAlias(keyType, issuers, engine);
            }

            @Override
            public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
                return keys.chooseServerAlias(keyType, issuers, socket);
            }

            @Override
            public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
                return keys.chooseClientAlias(keyTypes, issuers, socket);
            }

            @Override
            public String[] getServerAliases(String keyType, Principal[] issuers) {
                return keys.getServerAliases(keyType, issuers);
            }

            @Override
            public String[] getClientAliases(String keyType, Principal[] issuers) {
                return keys.getClientAliases(keyType, issuers);
            }

            @Override
            public X509Certificate[] getCertificateChain(String alias) {
                return keys.getCertificateChain(alias);
            }

            @Override
            public PrivateKey getPrivateKey(String alias) {
                return keys.getPrivateKey(alias);
            }
        }
    }

    /** Whose context makes one engine, and then fails. */
    private record Broken(SslBundle good) implements SslManagerBundle {

        @Override
        public KeyManagerFactory getKeyManagerFactory() {
            return good.getManagers().getKeyManagerFactory();
        }

        @Override
        public TrustManagerFactory getTrustManagerFactory() {
            return good.getManagers().getTrustManagerFactory();
        }

        @Override
        public SSLContext createSslContext(String protocol) {
            SSLContext context = good.createSslContext();
            return new SSLContext(new OneEngine(context), context.getProvider(), protocol) {};
        }
    }

    private static final class OneEngine extends SSLContextSpi {

        private final SSLContext context;
        private boolean made;

        OneEngine(SSLContext context) {
            this.context = context;
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            if (made) {
                throw new IllegalStateException("no more engines");
            }
            made = true;
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return engineCreateSSLEngine();
        }

        @Override
        protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random) {}

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return context.getSocketFactory();
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }
    }
}
