package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.rift.conformance.Needed;
import io.rift.server.TurnTestClient;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ICMP errors that come at the worst moments, which traffic alone meets too seldom for a test. */
@Timeout(20)
class RelayedSocketIT {

    /** The error then fails the reading and not the datagram, which is to be sent once all the same. */
    @Test
    void aDatagramThatWaitsWhileAnErrorIsReadIsSentOnce() throws Exception {
        Needed.that(TurnSockets.setDontFragment(), "this platform does not tell a socket of ICMP errors");
        TurnSockets sockets = AliceServer.open();
        try (TurnTestClient alice = new TurnTestClient(
                        "127.0.9.67",
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), sockets.turnPort()),
                        "alice",
                        "wonderland");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            peer.setSoTimeout(5000);
            alice.allocate();
            InetSocketAddress nobody = nobodyBeside(peer);
            Shard shard = sockets.shard(0);
            for (int round = 0; round < 100; round++) {
                int number = round;
                shard.loop()
                        .submit(() -> {
                            RelayedSocket relayed =
                                    shard.relayedSockets().iterator().next();
                            send(relayed, "dead", nobody);
                            relayed.flush(); // loopback answers at once, with an error
                            send(relayed, "living " + number, (InetSocketAddress) peer.getLocalSocketAddress());
                        })
                        .sync();
                assertThat(receive(peer)).isEqualTo("living " + number);
            }
        } finally {
            sockets.close();
        }
    }

    private static void send(RelayedSocket relayed, String text, InetSocketAddress to) {
        relayed.send(Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8)), to);
    }

    private static String receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static InetSocketAddress nobodyBeside(DatagramSocket peer) throws IOException {
        try (DatagramSocket closed = new DatagramSocket(0, peer.getLocalAddress())) {
            return (InetSocketAddress) closed.getLocalSocketAddress();
        }
    }
}
