package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.conformance.Needed;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.RiftServer;
import io.rift.server.TurnTestClient;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients on several shards, and in which ways they cannot disturb each other. */
@Timeout(60)
class ShardsIT {

    private static final int UDP = 17;

    /** So many that both shards have some of them, but for one chance in 32,768. */
    private static final int CLIENTS = 16;

    @Test
    void whoForgesAReservationTokenFromAClientsAddressDoesNotMoveTheClientToAnotherShard() {
        Needed.that(Transport.best().canShareAPort(), "only the native transport of Linux lets sockets share a port");
        try (RiftServer server = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.shards=2",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.turn.allowed-peers=127.0.9.0/24",
                        "--rift.turn.users.alice=wonderland");
                TurnTestClient attacker = client(server)) {
            byte[] token = reserve(attacker);
            for (int i = 0; i < CLIENTS; i++) {
                try (TurnTestClient victim = client(server)) {
                    victim.allocate();
                    victim.send(StunEncoder.of(
                                    MessageClass.REQUEST, TurnMethod.ALLOCATE, TransactionId.random(new Random(i)))
                            .add(TurnAttributes.REQUESTED_TRANSPORT, UDP)
                            .add(TurnAttributes.RESERVATION_TOKEN, token)
                            .encode());
                    victim.receive(); // some error: nobody is authenticated
                    assertThat(victim.permit(TransportAddress.parse("127.0.9.9:4000")))
                            .isEqualTo(200);
                    assertThat(victim.release()).isEqualTo(200);
                }
            }
        }
    }

    private static byte[] reserve(TurnTestClient client) {
        client.allocate();
        assertThat(client.release()).isEqualTo(200);
        StunMessage response = client.request(
                TurnMethod.ALLOCATE,
                encoder -> encoder.add(TurnAttributes.REQUESTED_TRANSPORT, UDP).add(TurnAttributes.EVEN_PORT, true));
        byte[] token = response.get(TurnAttributes.RESERVATION_TOKEN);
        assertThat(token).isNotNull();
        return token == null ? new byte[0] : token;
    }

    private static TurnTestClient client(RiftServer server) {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        return new TurnTestClient("127.0.0.1", address, "alice", "wonderland");
    }
}
