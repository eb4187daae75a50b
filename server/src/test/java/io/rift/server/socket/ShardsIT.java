package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rift.conformance.Needed;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.MessageClass;
import io.rift.protocol.stun.StunEncoder;
import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.stun.TransactionId;
import io.rift.protocol.turn.TurnAttributes;
import io.rift.protocol.turn.TurnMethod;
import io.rift.server.RiftServer;
import io.rift.server.TurnTestClient;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

    @Test
    void aTaskThatFailsIsToldFromAnEventLoopThatIsSlow() throws InterruptedException {
        Needed.that(Transport.best().canShareAPort(), "only the native transport of Linux lets sockets share a port");
        try (TurnSockets sockets = sockets(4)) {
            assertThatThrownBy(() -> sockets.administerAll((administration, nowNanos) -> {
                        throw new IllegalArgumentException("a bug");
                    }))
                    .isInstanceOf(ShardTaskException.class)
                    .hasMessageContaining("a bug");
            CountDownLatch goOn = new CountDownLatch(1);
            assertThatThrownBy(() -> sockets.administerAll(
                            (administration, nowNanos) -> {
                                try {
                                    goOn.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                return true;
                            },
                            TimeUnit.MILLISECONDS.toNanos(100)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("did not answer");
            goOn.countDown();
            assertThat(sockets.administerAll((administration, nowNanos) -> true))
                    .hasSize(4);
        }
        TurnSockets ended = ended();
        assertThatThrownBy(() -> ended.administerAll((administration, nowNanos) -> true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has ended");
    }

    /** What is closed may go on for a moment on a busy machine. */
    private static TurnSockets ended() throws InterruptedException {
        TurnSockets sockets = sockets(1);
        sockets.close();
        assertThat(sockets.shard(0).loop().terminationFuture().await(30, TimeUnit.SECONDS))
                .isTrue();
        return sockets;
    }

    private static TurnSockets sockets(int shards) {
        IpAddress loopback = IpAddress.parse("127.0.0.1");
        Listener listener = new Listener(loopback, loopback, loopback);
        ConnectionBounds bounds = new ConnectionBounds(1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));
        LiveRelays relays = new LiveRelays(Set.of(loopback));
        return TurnSockets.open(
                new TurnSockets.Settings(
                        List.of(listener),
                        List.of(listener),
                        0,
                        0,
                        new ConnectionSettings(-1, -1, -1, null, List.of(), bounds),
                        shards),
                count -> new TurnServer(
                        TurnServerConfig.defaults(),
                        new Authenticator(
                                "rift",
                                Map.of(),
                                new SharedSecrets(List.of("secret")),
                                new Nonces(List.of(new byte[32]), Nonces.DEFAULT_LIFETIME_SECONDS)),
                        PeerPolicy.builtIn(),
                        relays,
                        new SplittableRandom(1)),
                relays,
                null);
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
