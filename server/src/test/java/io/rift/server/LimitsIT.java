package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is configured holds for the users: one bound of each kind. */
@Timeout(60)
class LimitsIT {

    private static final int CHANNEL = 0x4001;

    @Test
    void theConfiguredLimitsHoldForTheUsers() {
        try (RiftServer server = RiftServer.start(
                        "--server.port=0",
                        "--management.server.port=0",
                        "--rift.turn.port=0",
                        "--rift.turn.bind-addresses=127.0.0.1",
                        "--rift.turn.allowed-peers=127.0.9.0/24",
                        "--rift.turn.users.alice=wonderland",
                        "--rift.turn.users.bob=wonderland",
                        "--rift.turn.max-allocations-per-user=1",
                        "--rift.turn.limits.max-channels-per-user=1",
                        "--rift.turn.limits.new-peers-per-second=1",
                        "--rift.turn.limits.new-peers-burst=2");
                TurnTestClient alice = client(server, "alice");
                TurnTestClient again = client(server, "alice");
                TurnTestClient bob = client(server, "bob")) {
            alice.allocate();
            assertThat(again.tryToAllocate()).isEqualTo(486);

            assertThat(permit(alice, 3)).as("more than one may turn to at once").isEqualTo(508);
            assertThat(permit(alice, 2)).isEqualTo(200);

            bob.allocate();
            assertThat(bob.bindChannel(CHANNEL, peer(1))).isEqualTo(200);
            assertThat(bob.bindChannel(CHANNEL + 1, peer(2))).isEqualTo(508);
            for (String quota : new String[] {"allocations-of-user", "new-peers-of-user", "channels-of-user"}) {
                await(quota)
                        .until(() -> Scrape.sample(server, "rift_turn_quota_refusals_total", "quota=\"" + quota + "\"")
                                == 1);
            }
        }
    }

    private static TurnTestClient client(RiftServer server, String user) {
        InetSocketAddress turn = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        return new TurnTestClient("127.0.0.1", turn, user, "wonderland");
    }

    private static int permit(TurnTestClient client, int peers) {
        return TurnTestClient.code(client.request(TurnMethod.CREATE_PERMISSION, encoder -> {
            for (int i = 1; i <= peers; i++) {
                encoder.add(TurnAttributes.XOR_PEER_ADDRESS, peer(i));
            }
        }));
    }

    private static TransportAddress peer(int lastOctet) {
        return TransportAddress.parse("127.0.9." + lastOctet + ":9");
    }
}
