package io.rift.server.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.UnixChannelOption;
import io.rift.protocol.IpAddress.Family;
import java.net.StandardSocketOptions;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Which of Netty's transports carries the datagrams. */
enum Transport {
    /** Linux: many datagrams per system call, and several sockets on one port. */
    EPOLL,
    /** Any platform. */
    NIO;

    /** What waits in one socket for the kernel to take it, before more is dropped. */
    private static final WriteBufferWaterMark OUTBOUND_BYTES = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    /** Asked of the kernel for a socket that all clients of a shard share; it may give less (net.core.rmem_max). */
    private static final int CLIENT_SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;

    /** For the socket of one allocation: 100 ms at 16 Mbit/s. */
    private static final int RELAY_SOCKET_BUFFER_BYTES = 200 * 1024;

    /** Netty knows SO_REUSEPORT by name for datagrams and listening sockets alone. The numbers of SOL_SOCKET and itself. */
    private static final ChannelOption<Integer> LINUX_SO_REUSEPORT =
            new IntegerUnixChannelOption("SO_REUSEPORT", 1, 15);

    static Transport best() {
        return Epoll.isAvailable() ? EPOLL : NIO;
    }

    /** Whether several sockets can share an address and port, so that there can be more than one shard. */
    boolean canShareAPort() {
        return this == EPOLL;
    }

    /** Whether a relay socket can be told to set the DF bit of a datagram. */
    boolean setsDontFragment() {
        return this == EPOLL && LinuxOptions.areSupported();
    }

    /** How relay sockets hear of ICMP errors, if they can. */
    @Nullable ErrorQueue errorQueue() {
        return this == EPOLL && LinuxOptions.areSupported() ? ErrorQueue.open() : null;
    }

    /** How many datagrams one system call can bring in. */
    int datagramsPerRead() {
        return switch (this) {
            case EPOLL -> 16;
            case NIO -> 1;
        };
    }

    IoHandlerFactory ioHandlerFactory() {
        return switch (this) {
            case EPOLL -> RenewingEpoll.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    /** A socket for clients, not yet bound. */
    DatagramChannel clientSocket(Family family, ReceiveSlabs slabs, boolean sharesItsPort) {
        return setUp(channel(family), channel -> {
            setOptions(channel, family, slabs, CLIENT_SOCKET_BUFFER_BYTES);
            if (sharesItsPort) {
                channel.config().setOption(UnixChannelOption.SO_REUSEPORT, true);
            }
        });
    }

    /**
     * A socket for a relayed transport address, not yet bound.
     *
     * @param keepsErrors whether ICMP errors are to come to its error queue, for a platform with {@link #errorQueue}
     */
    DatagramChannel relaySocket(Family family, ReceiveSlabs slabs, boolean keepsErrors) {
        return setUp(channel(family), channel -> {
            setOptions(channel, family, slabs, RELAY_SOCKET_BUFFER_BYTES);
            if (keepsErrors) {
                LinuxOptions.keepErrors(channel, family);
            }
        });
    }

    /** Nobody closes a channel that is in no event loop yet, and it has its file descriptor already. */
    private static DatagramChannel setUp(DatagramChannel channel, Consumer<DatagramChannel> options) {
        try {
            options.accept(channel);
            return channel;
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw e;
        }
    }

    /** A socket that accepts connections, not yet bound. */
    ServerSocketChannel serverSocket() {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel();
            case NIO -> new NioServerSocketChannel();
        };
    }

    /** A socket that listens on a relayed transport address, not yet bound. */
    ServerSocketChannel listeningRelay(Family family) {
        return switch (this) {
            case EPOLL -> new EpollServerSocketChannel(protocolFamily(family));
            case NIO -> new NioServerSocketChannel(SelectorProvider.provider(), protocolFamily(family));
        };
    }

    /** A socket to connect to a peer with, not yet bound. */
    SocketChannel peerSocket(Family family) {
        return switch (this) {
            case EPOLL -> new EpollSocketChannel(protocolFamily(family));
            case NIO -> new NioSocketChannel(SelectorProvider.provider(), protocolFamily(family));
        };
    }

    /** Lets one more socket have the address and port of this one, if it wants so, too. False where that is unknown. */
    boolean sharePort(Channel channel) {
        return switch (this) {
            case EPOLL -> channel.config().setOption(LINUX_SO_REUSEPORT, 1);
            case NIO -> channel.config().setOption(NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT), true);
        };
    }

    /**
     * Ends a connection whose other end takes nothing of what waits for it for so long; also when it answers and does not
     * read. Where the kernel knows no such bound, its own holds, a quarter of an hour or so.
     *
     * @param millis 0 for the kernel's own
     */
    void endIfNothingIsTakenFor(Channel channel, int millis) {
        if (this == EPOLL) {
            channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, millis);
        }
    }

    private static SocketProtocolFamily protocolFamily(Family family) {
        return family == Family.IPV4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
    }

    private DatagramChannel channel(Family family) {
        return switch (this) {
            case EPOLL -> new EpollDatagramChannel(protocolFamily(family));
            case NIO -> new NioDatagramChannel(protocolFamily(family));
        };
    }

    private void setOptions(DatagramChannel channel, Family family, ReceiveSlabs slabs, int socketBufferBytes) {
        channel.config().setRecvByteBufAllocator(slabs.forReading());
        channel.config().setWriteBufferWaterMark(OUTBOUND_BYTES);
        channel.config().setOption(ChannelOption.SO_RCVBUF, socketBufferBytes);
        channel.config().setOption(ChannelOption.SO_SNDBUF, socketBufferBytes);
        if (setsDontFragment()) {
            // RFC 8656 section 14, Alternate Behavior: "always assume the incoming DF bit is 0", as nothing tells it.
            LinuxOptions.dontFragment(channel, family, false);
        }
        if (this == EPOLL) {
            channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, ReceiveSlab.SLOT_BYTES);
        }
    }
}
