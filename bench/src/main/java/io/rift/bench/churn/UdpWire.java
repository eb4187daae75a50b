package io.rift.bench.churn;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** One datagram is one message. On loopback none is lost while both ends keep up, so nothing is sent twice. */
final class UdpWire implements Wire {
    static final int TIMEOUT_MILLIS = 20_000;
    private static final int MAX_BYTES = 2048;

    private final DatagramSocket socket;

    UdpWire(InetSocketAddress local, InetSocketAddress server) throws IOException {
        socket = new DatagramSocket(local);
        socket.connect(server);
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    InetSocketAddress local() {
        return new InetSocketAddress(socket.getLocalAddress(), socket.getLocalPort());
    }

    @Override
    public void send(byte[] message) throws IOException {
        socket.send(new DatagramPacket(message, message.length));
    }

    @Override
    public ByteBuffer receive() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        socket.receive(packet);
        return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
    }

    @Override
    public void close() {
        socket.close();
    }
}
