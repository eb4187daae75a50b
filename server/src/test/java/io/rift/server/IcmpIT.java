package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Needed;
import io.rift.conformance.Requirement;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.IcmpError;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.server.socket.TurnSockets;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ICMP errors of the real kernel, over loopback: nobody listens at a peer's port. */
@Timeout(60)
class IcmpIT {

    private static final String PEERS = "127.0.9.9";
    private static final int DEAD_CHANNEL = 0x4001;
    private static final int LIVING_CHANNEL = 0x4002;
    private static final IcmpError PORT_UNREACHABLE = new IcmpError(3, 3, 0);

    private static RiftServer server;

    @BeforeAll
    static void start() {
        Needed.that(TurnSockets.setDontFragment(), "this platform does not tell a socket of ICMP errors");
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
        if (server != null) {
            server.close();
        }
    }

    @Test
    @Requirement(
            rfc = 8656,
            section = "11.5",
            text =
                    "An ICMP error reaches the client in a Data indication with XOR-PEER-ADDRESS and ICMP and without DATA")
    void theClientHearsThatNobodyListensAtThePeersPort() throws IOException {
        try (TurnTestClient alice = client()) {
            alice.allocate();
            TransportAddress dead = deadPort();
            assertThat(alice.permit(dead)).isEqualTo(200);
            alice.sendIndication(dead, text("anybody there?"));

            StunMessage indication = alice.receiveIndication();

            assertThat(indication.get(TurnAttributes.XOR_PEER_ADDRESS)).isEqualTo(dead);
            assertThat(indication.get(TurnAttributes.ICMP)).isEqualTo(PORT_UNREACHABLE);
            assertThat(indication.has(TurnAttributes.DATA)).isFalse();
            assertThat(alice.release()).isEqualTo(200);
        }
    }

    /** Linux fails the next call on a socket after an ICMP error: it must not take data for or from others with it. */
    @Test
    void dataForALivingPeerArrivesThoughADeadOneCausesErrors() throws IOException {
        try (TurnTestClient alice = client();
                DatagramSocket living = new DatagramSocket(0, InetAddress.getByName(PEERS))) {
            living.setSoTimeout(5000);
            TransportAddress relayed = alice.allocate();
            TransportAddress livingAddress = TransportAddress.of((InetSocketAddress) living.getLocalSocketAddress());
            assertThat(alice.bindChannel(DEAD_CHANNEL, deadPort())).isEqualTo(200);
            assertThat(alice.bindChannel(LIVING_CHANNEL, livingAddress)).isEqualTo(200);
            for (int round = 0; round < 300; round++) {
                for (int i = 0; i < 8; i++) {
                    alice.sendChannelData(DEAD_CHANNEL, text("dead"));
                    alice.sendChannelData(LIVING_CHANNEL, text(round + "." + i));
                }
                Set<String> missing = new TreeSet<>();
                for (int i = 0; i < 8; i++) {
                    missing.add(round + "." + i);
                }
                while (!missing.isEmpty()) {
                    String received = receive(living);
                    assertThat(missing.remove(received))
                            .as("%s, of %s: none twice", received, missing)
                            .isTrue();
                }
                byte[] back = text("back " + round);
                living.send(new DatagramPacket(back, back.length, relayed.toSocketAddress()));
                assertThat(receiveData(alice)).isEqualTo("back " + round);
            }
            alice.release();
        }
    }

    /** What comes on the living channel; ICMP errors in between, as many as the rate allows, are skipped. */
    private static String receiveData(TurnTestClient client) {
        while (true) {
            ByteBuffer message = client.receive();
            if (message.getShort(message.position()) == LIVING_CHANNEL) {
                return StandardCharsets.UTF_8
                        .decode(message.slice(4, message.getShort(2)))
                        .toString();
            }
            StunMessage indication = StunMessage.parse(message);
            assertThat(indication).isNotNull();
            assertThat(indication.get(TurnAttributes.ICMP)).isEqualTo(PORT_UNREACHABLE);
        }
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static TransportAddress deadPort() throws IOException {
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName(PEERS))) {
            return TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress());
        }
    }

    private static TurnTestClient client() {
        return new TurnTestClient(
                "127.0.9.7",
                new InetSocketAddress(
                        InetAddress.getLoopbackAddress(), server.ports().turn()),
                "alice",
                "wonderland");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
