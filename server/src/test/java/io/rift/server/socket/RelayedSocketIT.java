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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ICMP errors that come at the worst moments, which traffic alone meets too seldom for a test. */
@Timeout(20)
class RelayedSocketIT {

    private TurnSockets sockets;
    private TurnTestClient alice;
    private DatagramSocket peer;
    private InetSocketAddress nobody;

    @BeforeEach
    void open() throws IOException {
        Needed.that(TurnSockets.setDontFragment(), "this platform does not tell a socket of ICMP errors");
        sockets = AliceServer.open();
        alice = new TurnTestClient(
                "127.0.9.67",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), sockets.turnPort()),
                "alice",
                "wonderland");
        alice.allocate();
        peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"));
        peer.setSoTimeout(5000);
        nobody = nobodyBeside(peer);
    }

    @AfterEach
    void close() {
        if (sockets != null) {
            sockets.close();
            alice.close();
            peer.close();
        }
    }

    /** The error then fails the reading and not the datagram, which is to be sent once all the same. */
    @Test
    void aDatagramThatWaitsWhileAnErrorIsReadIsSentOnce() throws Exception {
        for (int round = 0; round < 100; round++) {
            String text = "living " + round;
            onLoop(relayed -> {
                send(relayed, "dead", nobody);
                relayed.flush(); // loopback answers at once, with an error
                send(relayed, text, address(peer));
            });
            assertThat(receive(peer)).isEqualTo(text);
        }
        assertThat(failedSends()).isZero();
    }

    /** The kernel takes nothing for port 0, and no ICMP error has to do with that. */
    @Test
    void aDatagramThatCannotBeSentIsCounted() throws Exception {
        onLoop(relayed -> {
            send(relayed, "nowhere", new InetSocketAddress(peer.getLocalAddress(), 0));
            relayed.flush();
        });
        assertThat(failedSends()).isEqualTo(1);
    }

    /** One system call takes 1,024 datagrams; the error that the last one causes fails the next call. */
    @Test
    void anErrorInTheMiddleOfABurstCostsNoDatagram() throws Exception {
        try (DatagramSocket sink = new DatagramSocket(0, peer.getLocalAddress())) {
            onLoop(relayed -> {
                for (int i = 1; i < 1024; i++) {
                    send(relayed, "x", address(sink));
                }
                send(relayed, "dead", nobody);
                send(relayed, "living", address(peer));
                send(relayed, "too", address(peer));
                relayed.flush();
            });
            String first = receive(peer);
            String second = receive(peer);
            assertThat(List.of(first, second)).containsExactlyInAnyOrder("living", "too");
        }
    }

    private void onLoop(Consumer<RelayedSocket> task) throws InterruptedException {
        Shard shard = sockets.shard(0);
        shard.loop()
                .submit(() -> task.accept(shard.relayedSockets().iterator().next()))
                .sync();
    }

    private long failedSends() throws Exception {
        Shard shard = sockets.shard(0);
        Callable<Long> count = () -> shard.drops().snapshot().get(SocketDrop.SEND_FAILED);
        return shard.loop().submit(count).get();
    }

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
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
