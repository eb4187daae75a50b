package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients over DTLS. */
@Timeout(120)
class DtlsIT {

    private static final String ATTACKER = "127.0.9.66";
    private static final String CLIENT = "127.0.9.11";
    private static final int CHANNEL = 0x4001;

    @TempDir
    private static Path directory;

    private static TestCertificate certificate;
    private static RiftServer server;
    private static RiftServer frugalServer;

    @BeforeAll
    static void start() throws Exception {
        certificate = new TestCertificate(directory);
        certificate.write("first");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.users.alice=wonderland",
                "--rift.turn.tcp.message-timeout=5s",
                "--rift.turn.tcp.max-waiting=8",
                "--rift.turn.tcp.max-connections=16",
                "--rift.turn.allowed-peers=127.0.9.0/24"));
        server = RiftServer.start(settings.toArray(String[]::new));
        settings.add("--rift.turn.answer-budget-per-network=3KB");
        settings.add("--spring.ssl.bundle.pem.turn.options.ciphers=TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
        frugalServer = RiftServer.start(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
        frugalServer.close();
    }

    @Test
    @Requirement(rfc = 7350, section = "3", text = "STUN messages are exchanged over an association of DTLS")
    @Requirement(rfc = 8656, section = "3.1", text = "Data of a client over DTLS is relayed to peers over UDP and back")
    void twoClientsTalkThroughTheirRelays() throws IOException {
        try (TurnTestClient alice = client();
                TurnTestClient bob = client()) {
            assertThat(alice.binding()).isEqualTo(alice.local());
            TransportAddress relayOfAlice = alice.allocate();
            TransportAddress relayOfBob = bob.allocate();
            assertThat(alice.bindChannel(CHANNEL, relayOfBob)).isEqualTo(200);
            assertThat(bob.bindChannel(CHANNEL, relayOfAlice)).isEqualTo(200);
            for (int length : List.of(1, 2, 3, 4, 160, 1200, 1400)) {
                byte[] data = new byte[length];
                Arrays.fill(data, (byte) length);
                alice.sendChannelData(CHANNEL, data);
                assertThat(bob.receiveChannelData(CHANNEL)).isEqualTo(data);
                bob.sendChannelData(CHANNEL, data);
                assertThat(alice.receiveChannelData(CHANNEL)).isEqualTo(data);
            }
            assertThat(alice.release()).isEqualTo(200);
            assertThat(bob.release()).isEqualTo(200);
        }
    }

    @Test
    @Requirement(rfc = 7443, section = "2", text = "The ALPN label stun.turn names TURN")
    void theLabelOfTurnIsNegotiatedAndOtherOnesAreRefused() throws IOException {
        try (DtlsWire wire = DtlsWire.handshake(socket(CLIENT), "h2", "stun.turn");
                DtlsWire none = DtlsWire.handshake(socket(CLIENT))) {
            assertThat(wire.label()).isEqualTo("stun.turn");
            assertThat(none.label()).isEmpty();
        }
        double before = ends("tls-failed");
        try (DatagramSocket socket = socket(CLIENT)) {
            assertThatThrownBy(() -> DtlsWire.handshake(socket, "h2")).hasMessageContaining("no_application_protocol");
        }
        await().until(() -> ends("tls-failed") == before + 1);
    }

    @Test
    void aCipherIsOneThatTheOperatorAllows() throws IOException {
        try (DatagramSocket socket =
                        DtlsWire.socket("127.0.7.11", 0, frugalServer.ports().turnDtls());
                DtlsWire wire = DtlsWire.handshake(socket)) {
            assertThat(wire.cipher()).isEqualTo(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
        }
    }

    @Test
    void theAllocationEndsWithTheAssociation() throws IOException {
        await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 0);
        try (TurnTestClient alice = client()) {
            alice.allocate();
            await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 1);
        }
        await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 0);
        await().until(() -> associations() == 0);
    }

    @Test
    void aRenewedCertificateIsForNewHandshakesAndEndsNoAllocation() throws Exception {
        try (TurnTestClient before = client()) {
            before.allocate();
            certificate.write("renewed", "-keyalg", "RSA");
            await().until(() -> {
                try (DtlsWire wire = DtlsWire.handshake(socket(CLIENT))) {
                    return wire.subject().equals("CN=renewed");
                }
            });
            assertThat(before.permit(TransportAddress.parse("127.0.9.9:4000"))).isEqualTo(200);
            assertThat(before.release()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatHasForgottenItsAssociationBeginsANewOne() throws IOException {
        DtlsWire old = DtlsWire.handshake(socket(CLIENT));
        int port = old.local().getPort();
        new TurnTestClient(old, "alice", "wonderland").allocate();
        old.forget();
        double before = ends("replaced");
        try (TurnTestClient again = new TurnTestClient(
                DtlsWire.handshake(DtlsWire.socket(CLIENT, port, server.ports().turnDtls())), "alice", "wonderland")) {
            again.allocate();
            assertThat(again.release()).isEqualTo(200);
        }
        await().until(() -> ends("replaced") == before + 1);
    }

    @Test
    void aClientThatGivesUpItsHandshakeBeginsANewOneAtOnce() throws IOException {
        double before = ends("replaced");
        DatagramSocket socket = socket(CLIENT);
        int port = socket.getLocalPort();
        assertThatThrownBy(() -> DtlsWire.handshake(socket, network -> new Open(network) {
                    @Override
                    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
                        int read = super.receive(buffer, offset, length, waitMillis);
                        if (read > 13 && buffer[offset + 13] == 14) { // all of its flight is here
                            byte[] badCertificate = forged(21, 0xFEFD, 0, new byte[] {2, 42});
                            datagrams.send(badCertificate, 0, badCertificate.length);
                            throw new IOException("the client does not like what the server says");
                        }
                        return read;
                    }
                }))
                .isInstanceOf(IOException.class);
        socket.close();
        try (TurnTestClient again = new TurnTestClient(
                DtlsWire.handshake(DtlsWire.socket(CLIENT, port, server.ports().turnDtls())), "alice", "wonderland")) {
            again.allocate();
            assertThat(again.release()).isEqualTo(200);
        }
        await().until(() -> ends("replaced") == before + 1);
    }

    /** As it does when the server's flight is lost. Whoever took it for another one would begin anew each time. */
    @Test
    void theHelloOfAHandshakeThatComesOnceMoreBelongsToIt() throws IOException {
        double replaced = ends("replaced");
        double dropped = drops();
        List<byte[]> sent = new ArrayList<>();
        DtlsWire wire = DtlsWire.handshake(socket(CLIENT), network -> new Open(network, sent) {
            private boolean again;

            @Override
            public void send(byte[] buffer, int offset, int length) throws IOException {
                if (buffer[offset + 13] != 1 && !again) { // the server waits for this
                    again = true;
                    for (byte[] hello : List.copyOf(sent)) {
                        datagrams.send(hello, 0, hello.length);
                    }
                }
                super.send(buffer, offset, length);
            }
        });
        try (TurnTestClient client = new TurnTestClient(wire, "alice", "wonderland")) {
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
        assertThat(ends("replaced")).isEqualTo(replaced);
        assertThat(drops()).isEqualTo(dropped);
    }

    @Test
    void whatOthersSendInAClientsNameDoesNotEndItsAssociation() throws IOException {
        DtlsWire wire = DtlsWire.handshake(socket(CLIENT));
        try (TurnTestClient client = new TurnTestClient(wire, "alice", "wonderland")) {
            client.allocate();
            for (int type : new int[] {0, 19, 20, 21, 22, 23, 24, 25, 26, 255}) {
                for (int epoch : new int[] {0, 1, 2, 0xFFFF}) {
                    for (int version : new int[] {0xFEFD, 0xFEFF, 0xFEFE, 0xFEFC, 0x0303}) {
                        for (int length = 0; length <= 40; length++) {
                            send(wire.socket(), forged(type, version, epoch, new byte[length]));
                        }
                        assertThat(client.binding())
                                .as("after %d, %d, %x", type, epoch, version)
                                .isEqualTo(client.local());
                    }
                }
            }
            send(wire.socket(), forged(21, 0xFEFD, 0, new byte[] {2, 40}));
            send(wire.socket(), forged(21, 0xFEFD, 1, new byte[] {2, 40}));
            send(wire.socket(), forged(22, 0xFEFD, 0, Arrays.copyOf(new byte[] {16, 0, 0, 66, 0, 2}, 12 + 66)));
            assertThat(client.binding()).isEqualTo(client.local());
            assertThat(client.release()).isEqualTo(200);
        }
    }

    @Test
    void whatOthersSendInAClientsNameDoesNotEndItsHandshake() throws IOException {
        double before = drops();
        DtlsWire wire = DtlsWire.handshake(socket(CLIENT), network -> new Open(network) {
            @Override
            public void send(byte[] buffer, int offset, int length) throws IOException {
                if (sent.size() >= 2) { // the cookie is back
                    for (byte[] forged : List.of(
                            forged(21, 0xFEFD, 0, new byte[] {2, 40}),
                            forged(22, 0xFEFE, 0, new byte[12]),
                            forged(22, 0xFEFE, 1, new byte[12]),
                            forged(22, 0xFEFD, 1, new byte[0]),
                            forged(22, 0xFEFD, 1, new byte[23]),
                            forged(23, 0xFEFD, 1, new byte[7]))) {
                        datagrams.send(forged, 0, forged.length);
                    }
                }
                super.send(buffer, offset, length);
            }
        });
        try (TurnTestClient client = new TurnTestClient(wire, "alice", "wonderland")) {
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
        await().until(() -> drops() > before);
    }

    @Test
    void aClientHelloThatComesOnceMoreEndsNothing() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        DtlsWire wire = DtlsWire.handshake(socket(CLIENT), network -> new Open(network, sent));
        try (TurnTestClient client = new TurnTestClient(wire, "alice", "wonderland")) {
            client.allocate();
            double before = drops();
            byte[] helloWithCookie = sent.reversed().stream()
                    .filter(datagram -> datagram[0] == 22 && datagram[13] == 1)
                    .findFirst()
                    .orElseThrow();
            send(wire.socket(), helloWithCookie);
            await().until(() -> drops() == before + 1);
            assertThat(client.binding()).isEqualTo(client.local());
            assertThat(client.release()).isEqualTo(200);
        }
    }

    @Test
    void whatFailsAfterTheHandshakeIsCounted() throws IOException {
        double before = ends("tls-failed");
        DtlsWire wire = DtlsWire.handshake(socket(CLIENT), datagrams -> datagrams, new Confused());
        wire.send(new byte[20]);
        await().until(() -> ends("tls-failed") == before + 1);
        await().until(() -> associations() == 0);
        wire.forget();
    }

    /** A record that somebody makes up who knows the client's address. */
    private static byte[] forged(int type, int version, int epoch, byte[] content) {
        return ByteBuffer.allocate(13 + content.length)
                .put((byte) type)
                .putShort((short) version)
                .putShort((short) epoch)
                .putShort((short) 0)
                .putInt(100)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    private static void send(DatagramSocket socket, byte[] datagram) throws IOException {
        socket.send(new DatagramPacket(datagram, datagram.length));
    }

    @Test
    void whoHasNotShownThatItIsThereCostsNothingAndIsNoAmplifier() throws IOException {
        byte[] hello = clientHello();
        await().until(() -> associations() == 0); // those of other tests
        for (int i = 0; i < 300; i++) {
            try (DatagramSocket socket = socket(ATTACKER)) {
                socket.setSoTimeout(2000);
                socket.send(new DatagramPacket(hello, hello.length));
                DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                socket.receive(answer);
                assertThat(answer.getLength()).isLessThanOrEqualTo(hello.length);
                assertThat(answer.getData()[13]).as("HelloVerifyRequest").isEqualTo((byte) 3);
            }
        }
        try (TurnTestClient client = client()) {
            client.allocate();
            await().until(() -> associations() > 0); // so what came before this one is counted, too
            assertThat(associations()).isEqualTo(1);
            assertThat(client.release()).isEqualTo(200);
        }
    }

    @Test
    void cookiesForANetworkDrawOnItsBudget() throws IOException {
        byte[] hello = clientHello();
        int port = frugalServer.ports().turnDtls();
        try (DatagramSocket socket = DtlsWire.socket(ATTACKER, 0, port)) {
            socket.setSoTimeout(1000);
            long startNanos = System.nanoTime();
            for (int i = 0; i < 300; i++) {
                socket.send(new DatagramPacket(hello, hello.length));
            }
            await().until(() -> dropsOfBudget() > 0);
            try (DtlsWire elsewhere = DtlsWire.handshake(DtlsWire.socket("127.0.8.11", 0, port))) {
                assertThat(elsewhere.label()).isEmpty(); // has been served
            }
            AtomicInteger answeredBytes = new AtomicInteger();
            assertThatThrownBy(() -> {
                        while (true) {
                            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
                            socket.receive(answer);
                            answeredBytes.addAndGet(answer.getLength() + 28);
                        }
                    })
                    .isInstanceOf(SocketTimeoutException.class);
            double seconds = (System.nanoTime() - startNanos) / 1e9;
            assertThat(answeredBytes.doubleValue()).isBetween(1000.0, 3072 * (2 + seconds));
        }
    }

    @Test
    void whatIsNoClientHelloIsNotAnswered() throws IOException {
        try (DatagramSocket socket = socket(ATTACKER)) {
            socket.setSoTimeout(500);
            byte[] hello = clientHello();
            for (int length = 0; length < hello.length - 40; length += 7) {
                socket.send(new DatagramPacket(hello, length));
            }
            socket.send(new DatagramPacket(new byte[200], 200));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            assertThatThrownBy(() -> socket.receive(answer)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void handshakesThatStopHalfwayDoNotKeepOthersOut() throws IOException {
        double before = ends("pushed-out");
        try (TurnTestClient first = client()) {
            first.allocate();
            for (int i = 0; i < 24; i++) {
                try (DatagramSocket socket = socket(ATTACKER)) {
                    assertThatThrownBy(() -> DtlsWire.handshake(socket, Silent::new))
                            .isInstanceOf(IOException.class);
                }
            }
            try (TurnTestClient after = client()) {
                after.allocate();
                assertThat(after.release()).isEqualTo(200);
            }
            assertThat(first.release()).isEqualTo(200);
        }
        await().until(() -> ends("pushed-out") > before);
        await().until(() -> associations() == 0); // those that were left, in time
    }

    @Test
    void fragmentsThatClaimMegabytesAreDroppedAndTheHandshakeGoesOn() throws IOException {
        double before = drops();
        DtlsWire wire = DtlsWire.handshake(socket(CLIENT), network -> new Silent(network) {
            private boolean done;

            @Override
            public void send(byte[] buffer, int offset, int length) throws IOException {
                if (buffer[offset + 13] != 1 && !done) { // no hello any more: the server waits for this
                    done = true;
                    byte[] hostile = claimingMegabytes();
                    datagrams.send(hostile, 0, hostile.length);
                }
                datagrams.send(buffer, offset, length);
            }
        });
        try (TurnTestClient client = new TurnTestClient(wire, "alice", "wonderland")) {
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
        await().until(() -> drops() == before + 1);
    }

    @Test
    void anEncryptedFragmentThatClaimsMegabytesEndsTheHandshake() throws IOException {
        double before = ends("tls-failed");
        try (DatagramSocket socket = socket(CLIENT)) {
            assertThatThrownBy(() -> DtlsWire.handshake(socket, datagrams -> datagrams, new Boasting()))
                    .hasMessageContaining("decode_error");
        }
        await().until(() -> ends("tls-failed") == before + 1);
        try (TurnTestClient client = client()) {
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
    }

    /** One record with an empty fragment of each of 16 messages, which are said to have 16 MB each. */
    private static byte[] claimingMegabytes() {
        ByteBuffer hostile = ByteBuffer.allocate(13 + 16 * 12);
        hostile.put((byte) 22).putShort((short) 0xFEFD).putShort((short) 0);
        hostile.putShort((short) 0).putInt(1000).putShort((short) (16 * 12));
        for (int sequence = 2; sequence < 18; sequence++) {
            hostile.putInt(16 << 24 | 0xFFFFFF).putShort((short) sequence).put(new byte[6]);
        }
        return hostile.array();
    }

    /** Cryptography of a client that does not do as the library says. */
    private abstract static class Hostile extends JcaTlsCrypto {

        Hostile() {
            super(new DefaultJcaJceHelper(), new SecureRandom(), new SecureRandom());
        }

        /** Changes what is about to be encrypted: see {@link TlsCipher#encodePlaintext}. */
        abstract void encoding(Object[] arguments);

        @Override
        public TlsCipher createCipher(TlsCryptoParameters parameters, int encryption, int mac) throws IOException {
            TlsCipher cipher = super.createCipher(parameters, encryption, mac);
            return (TlsCipher) Proxy.newProxyInstance(
                    TlsCipher.class.getClassLoader(), new Class<?>[] {TlsCipher.class}, (_, method, arguments) -> {
                        if (method.getName().equals("encodePlaintext")) {
                            encoding(arguments);
                        }
                        return method.invoke(cipher, arguments);
                    });
        }
    }

    /** Whose encrypted handshake messages are said to have 16 MB. */
    private static final class Boasting extends Hostile {

        @Override
        void encoding(Object[] arguments) {
            if ((short) arguments[1] == 22) {
                Arrays.fill((byte[]) arguments[4], (int) arguments[5] + 1, (int) arguments[5] + 4, (byte) -1);
            }
        }
    }

    /** Which sends its data as handshake messages. */
    private static final class Confused extends Hostile {

        @Override
        void encoding(Object[] arguments) {
            if ((short) arguments[1] == 23) {
                arguments[1] = (short) 22;
                Arrays.fill((byte[]) arguments[4], (int) arguments[5] + 1, (int) arguments[5] + 4, (byte) -1);
            }
        }
    }

    /** The network, and what a client has sent over it. */
    private static class Open extends Silent {

        final List<byte[]> sent;

        Open(DatagramTransport datagrams) {
            this(datagrams, new ArrayList<>());
        }

        Open(DatagramTransport datagrams, List<byte[]> sent) {
            super(datagrams);
            this.sent = sent;
        }

        @Override
        public void send(byte[] buffer, int offset, int length) throws IOException {
            sent.add(Arrays.copyOfRange(buffer, offset, offset + length));
            datagrams.send(buffer, offset, length);
        }
    }

    /** A client that says no more once it has sent the cookie back. */
    private static class Silent implements DatagramTransport {

        final DatagramTransport datagrams;
        private int sent;

        Silent(DatagramTransport datagrams) {
            this.datagrams = datagrams;
        }

        @Override
        public int getReceiveLimit() throws IOException {
            return datagrams.getReceiveLimit();
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
            return datagrams.receive(buffer, offset, length, waitMillis);
        }

        @Override
        public int getSendLimit() throws IOException {
            return datagrams.getSendLimit();
        }

        @Override
        public void send(byte[] buffer, int offset, int length) throws IOException {
            if (++sent > 2) {
                throw new IOException("enough");
            }
            datagrams.send(buffer, offset, length);
        }

        @Override
        public void close() {}
    }

    /** The first datagram of a client. */
    private static byte[] clientHello() throws IOException {
        List<byte[]> sent = new ArrayList<>();
        try (DatagramSocket socket = socket(ATTACKER)) {
            assertThatThrownBy(() -> DtlsWire.handshake(socket, datagrams -> new Silent(datagrams) {
                        @Override
                        public void send(byte[] buffer, int offset, int length) throws IOException {
                            sent.add(Arrays.copyOfRange(buffer, offset, offset + length));
                            throw new IOException("seen");
                        }
                    }))
                    .isInstanceOf(IOException.class);
        }
        return sent.getFirst();
    }

    private static double associations() {
        return Scrape.sample(server, "rift_turn_connections", "transport=\"dtls\"");
    }

    private static double dropsOfBudget() {
        return Scrape.sample(frugalServer, "rift_turn_drops_total", "reason=\"answer-budget\"");
    }

    private static double drops() {
        return Scrape.sample(server, "rift_turn_drops_total", "reason=\"bad-handshake\"");
    }

    private static double ends(String reason) {
        return Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"" + reason + "\"");
    }

    private static DatagramSocket socket(String from) {
        return DtlsWire.socket(from, 0, server.ports().turnDtls());
    }

    private static TurnTestClient client() throws IOException {
        return new TurnTestClient(DtlsWire.handshake(socket(CLIENT)), "alice", "wonderland");
    }
}
