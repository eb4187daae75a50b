package io.rift.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.StunMethod;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients over TCP, and what becomes of them. */
@Timeout(60)
class TcpIT {

    private static final String CLIENT_ADDRESS = "127.0.9.11";
    private static final int CHANNEL = 0x4001;

    private static RiftServer server;

    @BeforeAll
    static void start() {
        server = RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.users.alice=wonderland",
                "--rift.turn.allowed-peers=127.0.9.0/24");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Requirement(rfc = 8489, section = "6.2.2", text = "A server answers Binding requests over TCP")
    void theReflexiveAddressIsThatOfTheConnection() {
        try (TurnTestClient client = client()) {
            assertThat(client.binding()).isEqualTo(client.local());
        }
    }

    @Test
    void requestsInOneSegmentAndInManyAreAllAnswered() throws IOException {
        byte[] request = binding(1);
        try (StreamWire wire = wire()) {
            byte[] both = Arrays.copyOf(request, 2 * request.length);
            System.arraycopy(binding(2), 0, both, request.length, request.length);
            wire.sendRaw(both);
            assertThat(id(wire)).isEqualTo(id(1));
            assertThat(id(wire)).isEqualTo(id(2));
            for (byte octet : request) {
                wire.sendRaw(octet);
            }
            assertThat(id(wire)).isEqualTo(id(1));
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "3.1", text = "Data of a client over TCP is relayed to peers over UDP and back")
    void aClientOverTcpAndOneOverUdpTalkThroughTheirRelays() {
        try (TurnTestClient alice = client();
                TurnTestClient bob = new TurnTestClient(
                        CLIENT_ADDRESS, address(server.ports().turn()), "alice", "wonderland")) {
            TransportAddress relayOfAlice = alice.allocate();
            TransportAddress relayOfBob = bob.allocate();
            assertThat(alice.bindChannel(CHANNEL, relayOfBob)).isEqualTo(200);
            assertThat(bob.permit(relayOfAlice)).isEqualTo(200);
            for (int length : List.of(1, 2, 3, 4, 5, 160, 1200, 1400)) {
                byte[] data = new byte[length];
                Arrays.fill(data, (byte) length);
                alice.sendChannelData(CHANNEL, data);
                StunMessage arrived = bob.receiveIndication();
                assertThat(arrived.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(relayOfAlice);
                assertThat(arrived.get(TurnAttributes.DATA)).isEqualTo(java.nio.ByteBuffer.wrap(data));
                bob.sendIndication(relayOfAlice, data);
                assertThat(alice.receiveChannelData(CHANNEL)).isEqualTo(data);
            }
            alice.sendIndication(relayOfBob, "indicated".getBytes(UTF_8));
            assertThat(UTF_8.decode(Objects.requireNonNull(
                                    bob.receiveIndication().get(TurnAttributes.DATA)))
                            .toString())
                    .isEqualTo("indicated");
            assertThat(alice.release()).isEqualTo(200);
            assertThat(bob.release()).isEqualTo(200);
        }
    }

    @Test
    void aDatagramLargerThanAnyReadOfTheConnectionReachesThePeer() throws IOException {
        try (TurnTestClient alice = client();
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            peer.setSoTimeout(5000);
            alice.allocate();
            alice.bindChannel(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress()));
            byte[] large = new byte[60_001];
            new Random(1).nextBytes(large);
            alice.sendChannelData(CHANNEL, large);
            DatagramPacket packet = new DatagramPacket(new byte[65_000], 65_000);
            peer.receive(packet);
            assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(large);
            assertThat(alice.release()).isEqualTo(200);
        }
    }

    @Test
    @Requirement(rfc = 8656, section = "3.9", text = "The allocation of a TCP client ends with its connection")
    void theAllocationEndsWithTheConnection() {
        await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 0);
        TransportAddress relayed;
        try (TurnTestClient alice = client()) {
            relayed = alice.allocate();
            await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 1);
            assertThat(Scrape.sample(server, "rift_turn_connections", "transport=\"tcp\""))
                    .isPositive();
        }
        await().until(() -> Scrape.sample(server, "rift_turn_allocations", "") == 0);
        await().until(() -> Scrape.sample(server, "rift_turn_connections", "transport=\"tcp\"") == 0);
        assertThat(portIsFree(relayed)).isTrue();
    }

    private static boolean portIsFree(TransportAddress relayed) {
        try (DatagramSocket probe = new DatagramSocket(relayed.toSocketAddress())) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whatIsNoMessageEndsTheConnectionAndIsCounted() {
        double before = Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"not-framed\"");
        try (StreamWire wire = wire()) {
            wire.sendRaw((byte) 0x16, (byte) 3, (byte) 1, (byte) 2); // a TLS client at the wrong port
            assertThat(wire.isClosedWithin(5000)).isTrue();
        }
        await().until(() ->
                Scrape.sample(server, "rift_turn_connections_ended_total", "reason=\"not-framed\"") == before + 1);
    }

    @Test
    void anAbsurdLengthEndsTheConnectionOfAStrangerAtOnce() {
        for (byte[] start : List.of(
                new byte[] {0, 1, (byte) 0xFF, (byte) 0xFC, 0x21, 0x12, (byte) 0xA4, 0x42},
                new byte[] {0x40, 1, (byte) 0xFF, (byte) 0xFF},
                "GET / HTTP/1.1\r\n".getBytes(UTF_8))) {
            try (StreamWire wire = wire()) {
                wire.sendRaw(start);
                assertThat(wire.isClosedWithin(5000)).isTrue();
            }
        }
    }

    private static TurnTestClient client() {
        return new TurnTestClient(wire(), "alice", "wonderland");
    }

    private static StreamWire wire() {
        return StreamWire.connect(CLIENT_ADDRESS, server.ports().turnTcp());
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static byte[] binding(int id) {
        return StunEncoder.of(MessageClass.REQUEST, StunMethod.BINDING, id(id)).encode();
    }

    private static TransactionId id(int id) {
        return new TransactionId(id, id);
    }

    private static TransactionId id(StreamWire wire) throws IOException {
        return Objects.requireNonNull(StunMessage.parse(wire.receive())).transactionId();
    }
}
