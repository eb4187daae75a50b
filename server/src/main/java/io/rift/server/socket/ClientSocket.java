package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramChannel;
import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.ClientTransport;
import io.rift.server.core.turn.Route;
import io.rift.server.core.turn.ServerAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A socket at which clients come in. */
final class ClientSocket extends ShardSocket implements OpenPort {

    private static final short BINDING_REQUEST = 0x0001;

    private final ServerAddress local;
    private final boolean bindingOnly;

    /**
     * A bound socket.
     *
     * @param bindingOnly whether to answer Binding requests and nothing else
     */
    ClientSocket(Shard shard, DatagramChannel channel, boolean bindingOnly) {
        super(shard, channel);
        this.local = new ServerAddress(ClientTransport.UDP, TransportAddress.of(channel.localAddress()));
        this.bindingOnly = bindingOnly;
    }

    ServerAddress local() {
        return local;
    }

    @Override
    public int port() {
        return local.address().port();
    }

    @Override
    public void stop() {
        shard.clientPorts().giveUp(this);
    }

    @Override
    boolean received(ByteBuf content, InetSocketAddress sender) {
        ByteBuffer datagram = content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        if (bindingOnly && !isBindingRequest(datagram)) {
            shard.drops().add(SocketDrop.NOT_BINDING);
            return false;
        }
        int start = datagram.position();
        Route route = shard.handleClientMessage(shard.address(sender), local, datagram);
        if (route == null) {
            shard.drain();
            return false;
        }
        int payloadAt = content.readerIndex() + datagram.position() - start;
        content.setIndex(payloadAt, payloadAt + datagram.remaining());
        return shard.sendToPeer(route, content);
    }

    private static boolean isBindingRequest(ByteBuffer datagram) {
        return datagram.remaining() >= Short.BYTES && datagram.getShort(datagram.position()) == BINDING_REQUEST;
    }
}
