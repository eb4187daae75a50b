package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A client over UDP.
 *
 * @param socket that it shares with others
 * @param address where it is
 */
record DatagramClient(ClientSocket socket, InetSocketAddress address) implements ClientEnd {

    @Override
    public boolean send(ByteBuf message) {
        return socket.send(message, address);
    }

    @Override
    public void sendControl(ByteBuffer message) {
        ByteBuf datagram = Unpooled.wrappedBuffer(message);
        if (!socket.send(datagram, address)) {
            datagram.release();
        }
    }
}
