package io.rift.simulation.network;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;

/** One UDP datagram on its way. Immutable; a NAT makes a new one. */
public final class Datagram {
    /** What fits an Ethernet frame of 1,500 bytes after the headers of IPv4 and UDP. There are no fragments here. */
    public static final int MAX_PAYLOAD_BYTES = 1_472;

    private final TransportAddress source;
    private final TransportAddress destination;
    private final byte[] payload;

    private Datagram(TransportAddress source, TransportAddress destination, byte[] payload) {
        this.source = source;
        this.destination = destination;
        this.payload = payload;
    }

    /** Copies the remaining bytes of the buffer, whose position stays. */
    public static Datagram of(TransportAddress source, TransportAddress destination, ByteBuffer payload) {
        byte[] copy = new byte[payload.remaining()];
        payload.get(payload.position(), copy);
        return new Datagram(source, destination, copy);
    }

    /** Where it says it comes from. */
    public TransportAddress source() {
        return source;
    }

    /** Where it goes. */
    public TransportAddress destination() {
        return destination;
    }

    /** A read-only view of the payload. */
    public ByteBuffer payload() {
        return ByteBuffer.wrap(payload).asReadOnlyBuffer();
    }

    /** A buffer of its own for a receiver that may write to what it received. */
    ByteBuffer payloadCopy() {
        return ByteBuffer.wrap(payload.clone());
    }

    /** The length of the payload. */
    public int payloadBytes() {
        return payload.length;
    }

    Datagram withSource(TransportAddress translated) {
        return new Datagram(translated, destination, payload);
    }

    Datagram withDestination(TransportAddress translated) {
        return new Datagram(source, translated, payload);
    }

    @Override
    public String toString() {
        return source + " -> " + destination + " (" + payload.length + " B)";
    }
}
