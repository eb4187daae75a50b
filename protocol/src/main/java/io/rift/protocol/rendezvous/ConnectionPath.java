package io.rift.protocol.rendezvous;

/** How a connection came to be, by the type of its selected candidate pair; what a peer reports for statistics. */
public enum ConnectionPath {
    /** Both candidates are host candidates. */
    HOST("host"),
    /** A server-reflexive candidate took part. */
    SRFLX("srflx"),
    /** A peer-reflexive candidate took part. */
    PRFLX("prflx"),
    /** A relayed candidate took part. */
    TURN("turn"),
    /** No candidate pair worked. */
    FAILED("failed");

    private final String wireName;

    ConnectionPath(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire and in metrics. */
    public String wireName() {
        return wireName;
    }
}
