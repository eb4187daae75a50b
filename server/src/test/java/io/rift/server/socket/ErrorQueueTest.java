package io.rift.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.rift.conformance.Needed;
import org.junit.jupiter.api.Test;

class ErrorQueueTest {

    @Test
    void aSocketWithoutErrorsAndAClosedOneHaveNothingToRead() {
        Needed.that(Transport.best() == Transport.EPOLL, "Netty's epoll transport is not available");
        ErrorQueue errors = Transport.EPOLL.errorQueue();
        assertThat(errors).isNotNull();
        EpollDatagramChannel channel = new EpollDatagramChannel(SocketProtocolFamily.INET);
        int socket = channel.fd().intValue();
        assertThat(errors.read(socket)).isFalse();
        channel.unsafe().closeForcibly();
        assertThat(errors.read(-1)).isFalse();
    }
}
