package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.rift.protocol.IpAddress;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import io.rift.server.health.StunHealth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** Health sees what happens underneath the server. */
@Timeout(20)
class ClosedSocketIT {

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    private TurnSockets sockets;
    private StunHealth health;

    @BeforeEach
    void open() {
        LiveRelays relays = new LiveRelays(Set.of(LOOPBACK));
        Authenticator nobody = new Authenticator(
                "rift",
                Map.of(),
                SharedSecrets.none(),
                new Nonces(List.of(new byte[Nonces.MIN_SECRET_BYTES]), Nonces.DEFAULT_LIFETIME_SECONDS));
        Listener listener = new Listener(LOOPBACK, LOOPBACK, LOOPBACK);
        int shards = Transport.best().canShareAPort() ? 2 : 1;
        sockets = TurnSockets.open(
                new TurnSockets.Settings(
                        List.of(listener),
                        List.of(listener),
                        0,
                        0,
                        new ConnectionSettings(
                                0,
                                -1,
                                -1,
                                null,
                                List.of(),
                                new ConnectionBounds(10, 10, 10, Duration.ofSeconds(9), Duration.ofSeconds(9))),
                        shards),
                count -> new TurnServer(
                        TurnServerConfig.defaults(), nobody, PeerPolicy.builtIn(), relays, new Random(1)),
                relays,
                null);
        health = new StunHealth(sockets);
    }

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void healthIsGreenWhileAllSocketsAnswer() {
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void healthIsRedWhenOneSocketOfOneShardIsClosed() throws InterruptedException {
        Shard shard = sockets.shard(0);
        shard.loop()
                .submit(() -> shard.clientSockets().iterator().next().close())
                .sync();
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    @Test
    void healthIsRedWhileAnEventLoopIsStuck() {
        CountDownLatch done = new CountDownLatch(1);
        sockets.shard(0).loop().execute(() -> awaitQuietly(done));
        assertThat(status()).isEqualTo(Status.DOWN);
        done.countDown();
        assertThat(status()).isEqualTo(Status.UP);
    }

    @Test
    void healthIsRedWhenEverythingIsClosed() {
        sockets.close();
        assertThat(status()).isEqualTo(Status.DOWN);
    }

    private Status status() {
        Health now = health.health();
        return now == null ? Status.UNKNOWN : now.getStatus();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
