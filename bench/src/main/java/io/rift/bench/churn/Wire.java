package io.rift.bench.churn;

import java.io.IOException;
import java.nio.ByteBuffer;

/** How a client's messages reach the server. Blocks. */
interface Wire extends AutoCloseable {

    /** Sends one message. */
    void send(byte[] message) throws IOException;

    /** The next message; an exception when none comes in time. */
    ByteBuffer receive() throws IOException;

    /** Goes away, without a word of TURN to the server. */
    @Override
    void close() throws IOException;
}
