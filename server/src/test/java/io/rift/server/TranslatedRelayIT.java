package io.rift.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.TransportAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that the world knows under another address than its own, as behind a 1:1 NAT. */
@Timeout(60)
class TranslatedRelayIT {
    private static final int CHANNEL = 0x4001;
    private static final String EXTERNAL = "198.51.100.7";

    /** With one shard inside it; with several, for those on different shards, through the addresses that are bound. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void itsClientsReachEachOtherUnderTheAddressThatTheyWereTold(int shards) {
        try (RiftServer server = start(shards)) {
            for (int i = 0; i < 8; i++) {
                talk(server);
            }
        }
    }

    private static void talk(RiftServer server) {
        try (TurnTestClient alice = client(server);
                TurnTestClient bob = client(server)) {
            TransportAddress relayOfAlice = alice.allocate();
            TransportAddress relayOfBob = bob.allocate();
            assertThat(relayOfBob.ip()).hasToString(EXTERNAL);
            assertThat(alice.bindChannel(CHANNEL, relayOfBob)).isEqualTo(200);
            assertThat(bob.bindChannel(CHANNEL, relayOfAlice)).isEqualTo(200);
            alice.sendChannelData(CHANNEL, "there".getBytes(StandardCharsets.UTF_8));
            assertThat(bob.receiveChannelData(CHANNEL)).asString().isEqualTo("there");
            bob.sendChannelData(CHANNEL, "and back".getBytes(StandardCharsets.UTF_8));
            assertThat(alice.receiveChannelData(CHANNEL)).asString().isEqualTo("and back");
            assertThat(alice.release()).isEqualTo(200);
            assertThat(bob.release()).isEqualTo(200);
        }
    }

    private static RiftServer start(int shards) {
        return RiftServer.start(
                "--server.port=0",
                "--management.server.port=0",
                "--rift.turn.port=0",
                "--rift.turn.shards=" + shards,
                "--rift.turn.bind-addresses=127.0.0.1",
                "--rift.turn.external-addresses=" + EXTERNAL,
                "--rift.turn.users.alice=wonderland");
    }

    private static TurnTestClient client(RiftServer server) {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), server.ports().turn());
        return new TurnTestClient("127.0.0.1", address, "alice", "wonderland");
    }
}
