package io.rift.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy before the rendezvous server that changes one character of what the server says, wherever a certain text
 * precedes it: what a hostile server, or somebody who owns its certificate, could do.
 */
final class LyingProxy implements AutoCloseable {

    private final ServerSocket server;
    private final int target;
    private final byte[] marker;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger lies = new AtomicInteger();

    LyingProxy(int target, String marker) throws IOException {
        this.target = target;
        this.marker = marker.getBytes(StandardCharsets.US_ASCII);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::acceptAll);
    }

    int port() {
        return server.getLocalPort();
    }

    int lies() {
        return lies.get();
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket client = server.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(client);
                sockets.add(upstream);
                Thread.ofVirtual().start(() -> copy(client, upstream, false));
                Thread.ofVirtual().start(() -> copy(upstream, client, true));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void copy(Socket from, Socket to, boolean lie) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int matched = 0;
            for (int next = in.read(); next >= 0; next = in.read()) {
                int told = next;
                if (lie && matched == marker.length) {
                    told = next == 'A' ? 'B' : 'A'; // base64url stays base64url
                    lies.incrementAndGet();
                    matched = 0;
                } else if (next == marker[matched]) {
                    matched++;
                } else {
                    matched = next == marker[0] ? 1 : 0;
                }
                out.write(told);
            }
        } catch (IOException e) {
            // one side is gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
