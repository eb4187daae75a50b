package io.rift.server.socket;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.StreamWire;
import io.rift.server.TurnTestClient;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.ServerAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits for a client over TCP that does not read is a copy, and not the memory into which all sockets receive. */
@Timeout(60)
class SlowReaderIT {

    private static final int CHANNEL = 0x4001;
    private static final Duration POLL = Duration.ofMillis(20);

    /** Messages of a kilobyte. */
    private static final int MORE_THAN_THE_KERNEL_TAKES = 40_000;

    @Test
    void whatASlowReaderLeavesLyingKeepsNoReceiveMemory() throws Exception {
        TurnSockets sockets = AliceServer.open();
        try (TurnTestClient slow =
                        new TurnTestClient(StreamWire.connect("127.0.9.66", sockets.tcpPort()), "alice", "wonderland");
                DatagramSocket peer = new DatagramSocket(0, InetAddress.getByName("127.0.9.9"))) {
            TransportAddress relayed = slow.allocate();
            assertThat(slow.bindChannel(CHANNEL, TransportAddress.of((InetSocketAddress) peer.getLocalSocketAddress())))
                    .isEqualTo(200);
            Shard shard = sockets.shard(0);
            byte[] data = new byte[1200];
            DatagramPacket packet = new DatagramPacket(data, data.length, relayed.toSocketAddress());
            await().pollInterval(POLL).until(() -> {
                for (int i = 0; i < 100; i++) { // as many as the buffer of the relay's socket has room for
                    peer.send(packet);
                }
                return shard.counters().drops(SocketDrop.SLOW_READER) > 0;
            });

            int inUse = shard.loop().submit(() -> shard.slabs().inUse()).get();
            assertThat(inUse).as("blocks, while much waits for the reader").isZero();
        } finally {
            sockets.close();
        }
    }

    /** What the peers of a client cause must not end its connection, however little it reads. */
    @Test
    void indicationsThatASlowReaderDoesNotTakeAreDroppedLikeData() throws Exception {
        TurnSockets sockets = AliceServer.open();
        try (StreamWire slow = StreamWire.connect("127.0.9.66", sockets.tcpPort());
                TurnTestClient client = new TurnTestClient(slow, "alice", "wonderland")) {
            client.allocate();
            Shard shard = sockets.shard(0);
            ServerAddress local = new ServerAddress(ClientTransport.TCP, TransportAddress.of((InetSocketAddress)
                    slow.socket().getRemoteSocketAddress()));
            ByteBuffer indication = ByteBuffer.wrap(
                    StunEncoder.of(MessageClass.INDICATION, TurnMethod.DATA, TransactionId.random(new Random(1)))
                            .add(TurnAttributes.DATA, ByteBuffer.allocate(1_000))
                            .encode());
            boolean open = shard.loop()
                    .submit(() -> {
                        ClientConnection connection =
                                (ClientConnection) shard.ends().find(local, TransportAddress.of(slow.local()));
                        for (int i = 0; i < MORE_THAN_THE_KERNEL_TAKES; i++) {
                            requireNonNull(connection).sendControl(indication.duplicate());
                        }
                        return requireNonNull(connection).channel().isOpen();
                    })
                    .get();

            assertThat(open).isTrue();
        } finally {
            sockets.close();
        }
    }
}
