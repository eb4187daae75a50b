package io.rift.simulation.network;

import io.rift.protocol.Demultiplexer;
import java.nio.ByteBuffer;

/** A few words about a payload, for the reader of a trace. */
final class PacketSummary {
    private PacketSummary() {}

    static String of(ByteBuffer payload) {
        return Demultiplexer.classify(payload) + " " + payload.remaining() + " B";
    }
}
