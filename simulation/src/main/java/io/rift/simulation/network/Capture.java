package io.rift.simulation.network;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Every datagram that one host saw. */
public final class Capture {
    private final VirtualTime time;
    private final List<Captured> datagrams = new ArrayList<>();

    Capture(VirtualTime time) {
        this.time = time;
    }

    /** Which way a datagram went. */
    public enum Direction {
        /** It arrived. */
        IN,
        /** It left. */
        OUT
    }

    /**
     * One datagram of a capture.
     *
     * @param elapsedNanos when, since the simulation began
     * @param direction which way
     * @param datagram what
     */
    public record Captured(long elapsedNanos, Direction direction, Datagram datagram) {}

    /** What was captured so far, oldest first. */
    public List<Captured> datagrams() {
        return List.copyOf(datagrams);
    }

    /** Whether some datagram contains these bytes in one piece. */
    public boolean contains(byte[] needle) {
        if (needle.length == 0) {
            throw new IllegalArgumentException("nothing to look for");
        }
        return datagrams.stream()
                .anyMatch(captured -> contains(captured.datagram().payload(), needle));
    }

    void add(Direction direction, Datagram datagram) {
        datagrams.add(new Captured(time.elapsedNanos(), direction, datagram));
    }

    private static boolean contains(ByteBuffer payload, byte[] needle) {
        ByteBuffer wanted = ByteBuffer.wrap(needle);
        for (int start = 0; start + needle.length <= payload.limit(); start++) {
            if (payload.slice(start, needle.length).equals(wanted)) {
                return true;
            }
        }
        return false;
    }
}
