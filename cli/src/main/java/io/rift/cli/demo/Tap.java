package io.rift.cli.demo;

import io.rift.cli.capture.PacketCapture;
import java.io.IOException;

/** Sees every packet that enters or leaves the server, from its beginning to {@link #finish}. */
interface Tap extends AutoCloseable {

    /** Who listens, in a word. */
    String name();

    /** Ends it and returns what it saw. */
    PacketCapture finish() throws IOException;

    @Override
    void close();
}
