package io.rift.server;

import io.rift.protocol.turn.ChannelData;
import io.rift.protocol.turn.StreamFraming;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A connection to a server: TCP, or what a socket of another kind makes of it. */
public final class StreamWire implements TurnTestClient.Wire {

    private static final int TIMEOUT_MILLIS = 5000;

    private final Socket socket;

    /** A wire on a socket that is connected. */
    public StreamWire(Socket socket) {
        this.socket = socket;
    }

    /** Connects over TCP. */
    public static StreamWire connect(String from, int port) {
        return connect(from, from.contains(":") ? "::1" : "127.0.0.1", port);
    }

    /** Connects over TCP. */
    public static StreamWire connect(String from, String to, int port) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(64 * 1024);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(to), port), TIMEOUT_MILLIS);
            return new StreamWire(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Socket socket() {
        return socket;
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    /** Sends a message, with padding behind ChannelData. */
    @Override
    public void send(byte[] message) throws IOException {
        socket.getOutputStream().write(Arrays.copyOf(message, message.length + 3 & ~3));
    }

    /** Sends bytes as they are. */
    public void sendRaw(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public ByteBuffer receive() throws IOException {
        InputStream in = socket.getInputStream();
        ByteBuffer message =
                ByteBuffer.allocate(StreamFraming.MAX_MESSAGE_BYTES).limit(ChannelData.HEADER_BYTES);
        while (true) {
            int read = in.read(message.array(), message.position(), message.remaining());
            if (read < 0) {
                throw new EOFException("the server has closed the connection");
            }
            message.position(message.position() + read);
            if (!message.hasRemaining()) {
                int length = StreamFraming.messageBytes(message.duplicate().flip());
                if (length == message.position()) {
                    return message.flip();
                }
                message.limit(length == StreamFraming.INCOMPLETE ? StreamFraming.PREFIX_BYTES : length);
            }
        }
    }

    /** Whether the server closes the connection within this time, whatever it sends before. */
    public boolean isClosedWithin(int millis) {
        long deadline = System.nanoTime() + millis * 1_000_000L;
        byte[] ignored = new byte[4096];
        try {
            while (System.nanoTime() - deadline < 0) {
                socket.setSoTimeout(Math.max(1, (int) ((deadline - System.nanoTime()) / 1_000_000)));
                if (socket.getInputStream().read(ignored) < 0) {
                    return true;
                }
            }
            return false;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true; // reset
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
