package io.rift.peer;

import io.rift.protocol.PeerId;
import io.rift.protocol.rendezvous.Decoded;
import io.rift.protocol.rendezvous.Octets;
import io.rift.protocol.rendezvous.RendezvousCodec;
import io.rift.protocol.rendezvous.RendezvousMessage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A WebSocket server (RFC 6455) as bad as a test needs it. That peers get on with the real server is shown elsewhere;
 * here it is about what a real one does not do.
 */
final class ScriptedRendezvous implements AutoCloseable {

    private static final String ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;

    private final ServerSocket server;
    private final String subprotocol;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Line> lines = new LinkedBlockingQueue<>();

    ScriptedRendezvous() throws IOException {
        this("rift.v2");
    }

    ScriptedRendezvous(String subprotocol) throws IOException {
        this.subprotocol = subprotocol;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + server.getLocalPort());
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket socket = server.accept();
                sockets.add(socket);
                Thread.ofVirtual().start(() -> upgrade(socket));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void upgrade(Socket socket) {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            String key = "";
            for (String header = readHeader(in); !header.isEmpty(); header = readHeader(in)) {
                if (header.startsWith("Sec-WebSocket-Key: ")) {
                    key = header.substring("Sec-WebSocket-Key: ".length());
                }
            }
            String accept = Base64.getEncoder().encodeToString(sha1(key + ACCEPT_GUID));
            String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + accept + "\r\n"
                    + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n") + "\r\n";
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            lines.add(new Line(socket, in));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String readHeader(DataInputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            line.append((char) c);
        }
        return line.toString().strip();
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The next client that dials. */
    Line nextLine() throws InterruptedException {
        Line line = lines.poll(10, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("nobody dialled within 10 s");
        }
        return line;
    }

    /** Does for every client what a good server does, until it signed in. */
    void welcomeEverybody() {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    lines.take().welcome();
                }
            } catch (InterruptedException | IOException e) {
                // closed
            }
        });
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** One client. */
    static final class Line {

        private final Socket socket;
        private final DataInputStream in;

        Line(Socket socket, DataInputStream in) {
            this.socket = socket;
            this.in = in;
        }

        /** Signs the client in. */
        PeerId welcome() throws IOException {
            send(new RendezvousMessage.Challenge(Octets.of(new byte[32])));
            if (receive() instanceof RendezvousMessage.Authenticate authenticate) {
                PeerId id = authenticate.peerId();
                send(new RendezvousMessage.Welcome(id, List.of(), List.of(), 16_384, 20));
                return id;
            }
            throw new AssertionError("no Authenticate");
        }

        void send(RendezvousMessage message) throws IOException {
            frame(TEXT, RendezvousCodec.encode(message).getBytes(StandardCharsets.UTF_8));
        }

        void sendText(String text) throws IOException {
            frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
        }

        void ping() throws IOException {
            frame(PING, new byte[0]);
        }

        void sendClose(int code) throws IOException {
            frame(CLOSE, new byte[] {(byte) (code >> 8), (byte) code});
        }

        void cut() throws IOException {
            socket.close();
        }

        private void frame(int opcode, byte[] payload) throws IOException {
            OutputStream out = socket.getOutputStream();
            byte[] frame = new byte[(payload.length < 126 ? 2 : 4) + payload.length];
            frame[0] = (byte) opcode;
            if (payload.length < 126) {
                frame[1] = (byte) payload.length;
            } else {
                frame[1] = 126;
                frame[2] = (byte) (payload.length >> 8);
                frame[3] = (byte) payload.length;
            }
            System.arraycopy(payload, 0, frame, frame.length - payload.length, payload.length);
            out.write(frame);
            out.flush();
        }

        /** The next text message. */
        RendezvousMessage.FromClient receive() throws IOException {
            while (true) {
                int opcode = in.readUnsignedByte();
                int length = in.readUnsignedByte() & 0x7F;
                int payloadLength = length == 126 ? in.readUnsignedShort() : length;
                byte[] mask = in.readNBytes(4);
                byte[] payload = in.readNBytes(payloadLength);
                for (int i = 0; i < payload.length; i++) {
                    payload[i] ^= mask[i % 4];
                }
                if (opcode == TEXT) {
                    return decode(new String(payload, StandardCharsets.UTF_8));
                }
                if (opcode == CLOSE) {
                    throw new IOException("the client closed");
                }
            }
        }

        private static RendezvousMessage.FromClient decode(String text) {
            return switch (RendezvousCodec.decodeFromClient(text)) {
                case Decoded.Message<RendezvousMessage.FromClient>(RendezvousMessage.FromClient message) -> message;
                case Decoded.Rejected<RendezvousMessage.FromClient> rejected ->
                    throw new AssertionError(rejected.toString());
            };
        }
    }
}
