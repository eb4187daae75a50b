package io.rift.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients behind a proxy that says who they are. */
@Timeout(60)
class ProxyProtocolIT {

    private static final String PROXY = "127.0.8.1";
    private static final String STRANGER = "127.0.9.66";
    private static final TransportAddress CLIENT = TransportAddress.parse("198.51.100.7:5000");
    private static final TransportAddress CLIENT_IPV6 = TransportAddress.parse("[2001:db8::7]:5000");

    /** "The v2 signature": the first 12 octets of a header. */
    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

    private static final byte LOCAL = 0x20;
    private static final byte PROXIED = 0x21;
    private static final byte TCP_IPV4 = 0x11;
    private static final byte UDP_IPV4 = 0x12;
    private static final byte TCP_IPV6 = 0x21;

    @TempDir
    private static Path directory;

    private static RiftServer server;

    @BeforeAll
    static void start() throws Exception {
        TestCertificate certificate = new TestCertificate(directory);
        certificate.write("proxied");
        List<String> settings = new ArrayList<>(certificate.settings());
        settings.addAll(List.of(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.users.alice=wonderland",
                "--rift.turn.proxy-protocol.trusted-proxies=127.0.8.0/24,10.0.0.0/8",
                "--rift.turn.tcp.max-connections-per-address=3",
                "--rift.turn.tcp.message-timeout=2s",
                "--rift.turn.allowed-peers=127.0.9.0/24"));
        server = RiftServer.start(settings.toArray(String[]::new));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theClientIsWhoTheProxySays() {
        try (TurnTestClient client = proxied(header(PROXIED, TCP_IPV4, CLIENT))) {
            assertThat(client.binding()).isEqualTo(CLIENT);
            client.allocate();
            assertThat(client.permit(TransportAddress.parse("127.0.9.9:4000"))).isEqualTo(200);
            assertThat(client.release()).isEqualTo(200);
        }
        try (TurnTestClient client = proxied(header(PROXIED, TCP_IPV6, CLIENT_IPV6))) {
            assertThat(client.binding()).isEqualTo(CLIENT_IPV6);
        }
    }

    @Test
    void theHeaderComesBeforeTls() throws IOException {
        StreamWire wire = StreamWire.connect(PROXY, server.ports().turnTls());
        wire.sendRaw(header(PROXIED, TCP_IPV4, CLIENT));
        try (TurnTestClient client =
                new TurnTestClient(TestCertificate.handshake(wire, "TLSv1.3", "stun.turn"), "alice", "wonderland")) {
            assertThat(client.binding()).isEqualTo(CLIENT);
            client.allocate();
            assertThat(client.release()).isEqualTo(200);
        }
    }

    @Test
    void aHealthCheckOfTheProxyIsAClientItself() {
        byte[] local = header(LOCAL, (byte) 0, CLIENT);
        try (TurnTestClient client = proxied(local)) {
            assertThat(client.binding()).isEqualTo(client.local());
        }
    }

    @Test
    void extensionsOfTheHeaderAreSkipped() {
        byte[] header = header(PROXIED, TCP_IPV4, CLIENT);
        byte[] extension = {0x03, 0, 4, 1, 2, 3, 4}; // PP2_TYPE_CRC32C, with whatever value
        byte[] both = Arrays.copyOf(header, header.length + extension.length);
        System.arraycopy(extension, 0, both, header.length, extension.length);
        both[15] += (byte) extension.length;
        try (TurnTestClient client = proxied(both)) {
            assertThat(client.binding()).isEqualTo(CLIENT);
        }
    }

    @Test
    void aProxyWithoutAHeaderIsRefused() {
        for (int port : List.of(server.ports().turnTcp(), server.ports().turnTls())) {
            double before = ends("bad-proxy-header");
            try (StreamWire wire = StreamWire.connect(PROXY, port)) {
                wire.sendRaw(
                        new byte[] {0, 1, 0, 0, 0x21, 0x12, (byte) 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
                wire.sendRaw(new byte[200]);
                assertThat(wire.isClosedWithin(5000)).isTrue();
            }
            await().until(() -> ends("bad-proxy-header") == before + 1);
        }
    }

    @Test
    void aHeaderOfAnyoneElseIsRefused() {
        double before = ends("not-framed");
        try (StreamWire wire = StreamWire.connect(STRANGER, server.ports().turnTcp())) {
            wire.sendRaw(header(PROXIED, TCP_IPV4, CLIENT));
            assertThat(wire.isClosedWithin(5000)).isTrue();
        }
        await().until(() -> ends("not-framed") == before + 1);
        try (TurnTestClient direct =
                new TurnTestClient(StreamWire.connect(STRANGER, server.ports().turnTcp()), "alice", "wonderland")) {
            assertThat(direct.binding()).isEqualTo(direct.local());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 198.51.100.7 127.0.0.1 5000 3478\r\n",
                "PROXY UNKNOWN\r\n",
            })
    void versionOneIsRefused(String header) {
        refuses(header.getBytes(UTF_8));
        refuses((header.strip() + " ".repeat(200)).getBytes(UTF_8)); // without an end
    }

    @Test
    void whatIsMalformedIsRefused() {
        refuses(header((byte) 0x31, TCP_IPV4, CLIENT)); // version 3
        refuses(header((byte) 0x2F, TCP_IPV4, CLIENT)); // no such command
        refuses(header(PROXIED, UDP_IPV4, CLIENT));
        refuses(header(PROXIED, (byte) 0, CLIENT)); // of an unknown protocol
        refuses(header(PROXIED, (byte) 0x31, CLIENT)); // a UNIX socket
        byte[] tooShort = header(PROXIED, TCP_IPV6, CLIENT);
        refuses(tooShort);
        byte[] tooLong = header(PROXIED, TCP_IPV4, CLIENT);
        tooLong[14] = (byte) 0xFF;
        refuses(Arrays.copyOf(tooLong, 4096));
    }

    @Test
    void aHeaderHasToComeInTime() {
        double before = ends("no-message");
        try (StreamWire wire = StreamWire.connect(PROXY, server.ports().turnTcp())) {
            wire.sendRaw(SIGNATURE);
            assertThat(wire.isClosedWithin(1000)).isFalse();
            assertThat(wire.isClosedWithin(5000)).isTrue();
        }
        await().until(() -> ends("no-message") == before + 1);
    }

    @Test
    void placesAreCountedByTheClientsAddressAndNotTheProxys() {
        List<StreamWire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < 6; i++) { // two each of three clients, where one address has three places
                wires.add(connect(header(
                        PROXIED,
                        TCP_IPV4,
                        new TransportAddress(IpAddress.parse("198.51.100." + (10 + i % 3)), 6000 + i))));
            }
            assertThat(wires).noneMatch(wire -> wire.isClosedWithin(100));
            wires.add(connect(header(PROXIED, TCP_IPV4, TransportAddress.parse("198.51.100.10:7000"))));
            wires.add(connect(header(PROXIED, TCP_IPV4, TransportAddress.parse("198.51.100.10:7001"))));
            assertThat(wires.getLast().isClosedWithin(1000)).isTrue();
        } finally {
            wires.forEach(StreamWire::close);
        }
    }

    @Test
    void whoConnectsAgainFromTheSamePortReplacesTheOldConnection() {
        TransportAddress same = TransportAddress.parse("198.51.100.99:9999");
        try (TurnTestClient old = proxied(header(PROXIED, TCP_IPV4, same))) {
            TransportAddress relayOfOld = old.allocate();
            try (TurnTestClient again = proxied(header(PROXIED, TCP_IPV4, same))) {
                assertThat(again.binding()).isEqualTo(same);
                assertThat(again.allocate()).isNotEqualTo(relayOfOld);
                assertThat(again.release()).isEqualTo(200);
            }
        }
        await().until(() -> ends("replaced") == 1);
    }

    private static void refuses(byte[] header) {
        double before = ends("bad-proxy-header");
        try (StreamWire wire = connect(header)) {
            assertThat(wire.isClosedWithin(1500)).isTrue();
        }
        await().until(() -> ends("bad-proxy-header") == before + 1);
    }

    private static byte[] header(byte command, byte family, TransportAddress client) {
        byte[] source = client.ip().bytes();
        ByteBuffer header = ByteBuffer.allocate(16 + 2 * source.length + 4);
        header.put(SIGNATURE).put(command).put(family).putShort((short) (2 * source.length + 4));
        header.put(source).put(new byte[source.length]);
        header.putShort((short) client.port()).putShort((short) 3478);
        return header.array();
    }

    private static StreamWire connect(byte[] header) {
        StreamWire wire = StreamWire.connect(PROXY, server.ports().turnTcp());
        wire.sendRaw(header);
        return wire;
    }

    private static TurnTestClient proxied(byte[] header) {
        return new TurnTestClient(connect(header), "alice", "wonderland");
    }

    private static double ends(String reason) {
        return Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"" + reason + "\"");
    }
}
