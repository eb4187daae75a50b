package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.socket.DatagramChannel;
import io.rift.protocol.TransportAddress;
import io.rift.server.address.Listener;
import io.rift.server.core.turn.ClientPath;
import io.rift.server.core.turn.RelaySocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** The socket behind one relayed transport address. */
final class RelayedSocket extends ShardSocket {

    private final RelaySocket relaySocket;
    private final TransportAddress external;
    private final TransportAddress bound;

    RelayedSocket(Shard shard, DatagramChannel channel, RelaySocket relaySocket, Listener listener) {
        super(shard, channel);
        this.relaySocket = relaySocket;
        this.external = new TransportAddress(listener.external(), relaySocket.port());
        this.bound = new TransportAddress(listener.relay(), relaySocket.port());
    }

    /** Its address as peers see it. */
    TransportAddress external() {
        return external;
    }

    /** Its address on this machine. */
    TransportAddress bound() {
        return bound;
    }

    @Override
    boolean received(ByteBuf content, InetSocketAddress sender) {
        ByteBuffer payload = content.internalNioBuffer(content.readerIndex(), content.readableBytes());
        int start = payload.position();
        ClientPath client = shard.handleRelayedDatagram(relaySocket, sender, payload);
        if (client == null) {
            return false;
        }
        int messageAt = content.readerIndex() + payload.position() - start;
        content.setIndex(messageAt, messageAt + payload.remaining());
        return shard.sendToClient(client, content);
    }
}
