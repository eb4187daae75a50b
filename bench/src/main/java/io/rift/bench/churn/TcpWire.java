package io.rift.bench.churn;

import io.rift.protocol.stun.StunMessage;
import io.rift.protocol.turn.ChannelData;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLSocketFactory;

/** TCP, or TLS over it. RFC 8656 section 12.5: messages one after the other, ChannelData padded to a multiple of four bytes. */
final class TcpWire implements Wire {
    private static final int PREFIX_BYTES = 4;

    private final Socket socket;
    private final DataInputStream in;

    private TcpWire(Socket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
    }

    /** A connection. */
    static TcpWire plain(InetSocketAddress local, InetSocketAddress server) throws IOException {
        Socket socket = connected(local, server);
        try {
            return new TcpWire(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** A connection with TLS in it. */
    static TcpWire tls(InetSocketAddress local, InetSocketAddress server, SSLSocketFactory sockets) throws IOException {
        Socket socket = connected(local, server);
        try {
            return new TcpWire(sockets.createSocket(socket, server.getHostString(), server.getPort(), true));
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket connected(InetSocketAddress local, InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        try {
            socket.bind(local);
            socket.connect(server, UdpWire.TIMEOUT_MILLIS);
            socket.setSoTimeout(UdpWire.TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        socket.getOutputStream().write(Arrays.copyOf(message, message.length + 3 & ~3));
    }

    @Override
    public ByteBuffer receive() throws IOException {
        byte[] prefix = in.readNBytes(PREFIX_BYTES);
        if (prefix.length < PREFIX_BYTES) {
            throw new IOException("the server has closed the connection");
        }
        int length = ByteBuffer.wrap(prefix).getShort(2) & 0xFFFF;
        boolean isStun = (prefix[0] & 0xC0) == 0;
        int total = isStun ? StunMessage.HEADER_BYTES + length : ChannelData.HEADER_BYTES + (length + 3 & ~3);
        byte[] message = Arrays.copyOf(prefix, total);
        in.readFully(message, PREFIX_BYTES, total - PREFIX_BYTES);
        return ByteBuffer.wrap(message);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
