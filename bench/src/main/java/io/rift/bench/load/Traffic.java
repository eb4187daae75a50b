package io.rift.bench.load;

/** What a server has to know of the load that it gets. */
public final class Traffic {

    /** All clients and peers have addresses in here; RFC 2544 reserved them for benchmarks. */
    public static final String NETWORK = "198.18.0.0/15";

    /** The user of every client. */
    public static final String USER = "bench";

    /** Its password. */
    public static final String PASSWORD = "mark";

    private Traffic() {}
}
