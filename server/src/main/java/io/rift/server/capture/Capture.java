package io.rift.server.capture;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Receives everything that passes the server's sockets. Called from any thread; must not block for long. */
public interface Capture {

    /**
     * A UDP datagram.
     *
     * @param from its source as the server's sockets see it
     * @param to its destination
     * @param payload from position to limit; not changed, and not kept
     */
    void datagram(InetSocketAddress from, InetSocketAddress to, ByteBuffer payload);

    /**
     * A text frame of the rendezvous.
     *
     * @param from who sent it
     * @param to whom it is for
     * @param text its content
     */
    void text(InetSocketAddress from, InetSocketAddress to, CharSequence text);
}
