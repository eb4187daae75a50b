package io.rift.server.socket;

import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.rift.server.address.Listener;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** The sockets of one shard where clients come in. Belongs to its event loop; {@code open} may be called from any thread. */
final class ClientPorts {

    private final Shard shard;
    private final ClientEnds ends;
    private final Set<StreamListener> streamListeners = new LinkedHashSet<>();
    private final Set<DtlsSocket> dtlsSockets = new LinkedHashSet<>();

    ClientPorts(Shard shard, ClientEnds ends) {
        this.shard = shard;
        this.ends = ends;
    }

    /**
     * Opens one for UDP.
     *
     * @param port to bind, 0 for any
     * @param bindingOnly whether it is to answer Binding requests alone
     * @return the bound socket, or the reason why there is none
     */
    Future<ClientSocket> open(Listener listener, int port, boolean bindingOnly, boolean sharesItsPort) {
        return open(listener, port, sharesItsPort, channel -> {
            ClientSocket socket = new ClientSocket(shard, channel, bindingOnly);
            ends.add(socket);
            return socket;
        });
    }

    /** Opens one for DTLS; the arguments are those of the other. */
    Future<DtlsSocket> open(Listener listener, int port, DtlsHandshakes handshakes, boolean sharesItsPort) {
        return open(listener, port, sharesItsPort, channel -> {
            DtlsSocket socket = new DtlsSocket(shard, channel, listener, handshakes);
            dtlsSockets.add(socket);
            return socket;
        });
    }

    private <S extends ShardSocket> Future<S> open(
            Listener listener, int port, boolean sharesItsPort, Function<DatagramChannel, S> bound) {
        var opened = shard.loop().<S>newPromise();
        boolean any = port == 0; // and shared afterwards, or it could be one that another server of this user shares
        shard.loop().execute(() -> {
            DatagramChannel channel;
            try {
                channel =
                        shard.transport().clientSocket(listener.bind().family(), shard.slabs(), sharesItsPort && !any);
            } catch (ChannelException e) {
                opened.setFailure(e);
                return;
            }
            shard.bind(channel, new InetSocketAddress(listener.bind().toInetAddress(), port))
                    .addListener((ChannelFuture done) -> {
                        if (!done.isSuccess()) {
                            fail(opened, channel, Objects.requireNonNull(done.cause()));
                            return;
                        }
                        try {
                            if (sharesItsPort && any) {
                                shard.transport().sharePort(channel);
                            }
                            S socket = bound.apply(channel);
                            channel.pipeline().addLast(socket);
                            opened.setSuccess(socket);
                        } catch (ChannelException e) {
                            fail(opened, channel, e);
                        }
                    });
        });
        return opened;
    }

    private static void fail(Promise<?> opened, DatagramChannel channel, Throwable reason) {
        var _ = channel.close();
        opened.setFailure(reason);
    }

    /** Takes in one for connections. */
    void add(StreamListener opened) {
        streamListeners.add(opened);
    }

    /** Closes one whose port is given up again, from any thread. */
    void giveUp(ClientSocket socket) {
        shard.loop().execute(() -> {
            ends.remove(socket);
            socket.close();
        });
    }

    /** The same for DTLS. */
    void giveUp(DtlsSocket socket) {
        shard.loop().execute(() -> {
            dtlsSockets.remove(socket);
            socket.close();
        });
    }

    /** The same for connections. */
    void giveUp(StreamListener listener) {
        shard.loop().execute(() -> {
            streamListeners.remove(listener);
            listener.close();
        });
    }

    /** Whether every one is open. */
    boolean areOpen() {
        return ends.sockets().stream().allMatch(ShardSocket::isOpen)
                && dtlsSockets.stream().allMatch(ShardSocket::isOpen)
                && streamListeners.stream().allMatch(StreamListener::isOpen);
    }

    /** Closes all but those for DTLS, through which the ends of associations still have to be said. */
    void close() {
        ends.sockets().forEach(ShardSocket::close);
        streamListeners.forEach(StreamListener::close);
    }

    /** Closes those for DTLS. */
    void closeDtls() {
        dtlsSockets.forEach(ShardSocket::close);
    }
}
