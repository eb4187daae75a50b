package io.rift.server.core.peerpolicy;

/** Ports that no peer may have. Immutable; a look-up is one bit. */
public final class DeniedPorts {
    /** All ports are allowed. */
    public static final DeniedPorts NONE = new DeniedPorts(new long[1024]);

    private static final int MAX_PORT = 0xFFFF;

    private final long[] bits;

    private DeniedPorts(long[] bits) {
        this.bits = bits;
    }

    /**
     * These and those from first to last.
     *
     * @throws IllegalArgumentException if that is no range of ports
     */
    public DeniedPorts with(int first, int last) {
        if (first < 0 || first > last || last > MAX_PORT) {
            throw new IllegalArgumentException(first + "-" + last + " is no range of ports");
        }
        long[] more = bits.clone();
        for (int port = first; port <= last; port++) {
            more[port >>> 6] |= 1L << port;
        }
        return new DeniedPorts(more);
    }

    /** Whether the port, 0 to 65535, is denied. */
    public boolean contains(int port) {
        return (bits[port >>> 6] & 1L << port) != 0;
    }
}
