package io.rift.server.socket;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Where messages to one client leave: its address at a socket that all share, or a connection of its own. Belongs to a
 * shard's event loop. Hung on the core's client path, so that no packet has to look it up.
 */
interface ClientEnd {

    /**
     * Queues relayed data until the burst ends, or drops and counts it when the client does not keep up.
     *
     * @param message one whole message
     * @return whether the reference to the message was taken over; otherwise the caller releases it
     */
    boolean send(ByteBuf message);

    /** Queues what the core answers a client. */
    void sendControl(ByteBuffer message);
}
