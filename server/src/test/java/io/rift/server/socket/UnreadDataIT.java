package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.address.LiveRelays;
import io.rift.server.core.auth.Authenticator;
import io.rift.server.core.auth.Nonces;
import io.rift.server.core.auth.SharedSecrets;
import io.rift.server.core.peerpolicy.PeerPolicy;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.ServerAddress;
import io.rift.server.core.turn.TurnServer;
import io.rift.server.core.turn.TurnServerConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel is told for how long a client may leave unread what is sent to it; that it obeys is not shown here. */
@Timeout(20)
class UnreadDataIT {

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    @Test
    void aClientThatTakesNothingForTwoMinutesIsCutOff() throws IOException {
        assumeThat(Transport.best()).as("the kernel's bound is Linux'").isEqualTo(Transport.EPOLL);
        LiveRelays relays = new LiveRelays(Set.of(LOOPBACK));
        Authenticator nobody = new Authenticator(
                "rift",
                Map.of(),
                SharedSecrets.none(),
                new Nonces(List.of(new byte[Nonces.MIN_SECRET_BYTES]), Nonces.DEFAULT_LIFETIME_SECONDS));
        Listener listener = new Listener(LOOPBACK, LOOPBACK, LOOPBACK);
        ConnectionBounds bounds = new ConnectionBounds(10, 10, 10, Duration.ofSeconds(9), Duration.ofSeconds(9));
        TurnSockets sockets = TurnSockets.open(
                new TurnSockets.Settings(
                        List.of(listener),
                        List.of(listener),
                        0,
                        0,
                        new ConnectionSettings(0, -1, -1, null, List.of(), bounds),
                        1),
                count -> new TurnServer(
                        TurnServerConfig.defaults(), nobody, PeerPolicy.builtIn(), relays, new Random(1)),
                relays,
                null);
        try (Socket client = new Socket(LOOPBACK.toInetAddress(), sockets.tcpPort())) {
            TransportAddress from = TransportAddress.of((InetSocketAddress) client.getLocalSocketAddress());
            ServerAddress to =
                    new ServerAddress(ClientTransport.TCP, new TransportAddress(LOOPBACK, sockets.tcpPort()));
            Shard shard = sockets.shard(0);
            ClientEnd end = await().until(
                            () -> shard.loop()
                                    .submit(() -> shard.ends().find(to, from))
                                    .get(),
                            Objects::nonNull);

            Channel channel = ((ClientConnection) end).channel();
            assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                    .isEqualTo(StreamListener.UNREAD_MILLIS);
            shard.transport().endIfNothingIsTakenFor(channel, 0);
            assertThat(channel.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                    .isZero();
        } finally {
            sockets.close();
        }
    }
}
