package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.rift.conformance.Needed;
import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.ServerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel is told for how long a client may leave unread what is sent to it; that it obeys is not shown here. */
@Timeout(20)
class UnreadDataIT {

    private static final IpAddress LOOPBACK = IpAddress.parse("127.0.0.1");

    @Test
    void theKernelIsToldToCutOffWhoTakesNothingForTwoMinutes() throws IOException {
        Needed.that(Transport.best() == Transport.EPOLL, "this platform has no such bound of the kernel's to set");
        TurnSockets sockets = AliceServer.open();
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
