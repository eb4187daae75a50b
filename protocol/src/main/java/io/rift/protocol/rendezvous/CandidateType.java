package io.rift.protocol.rendezvous;

/** Candidate types of RFC 8445 section 5.1.1, by the names of RFC 8839 section 5.1. */
public enum CandidateType {
    /** A local address. */
    HOST("host"),
    /** What a STUN server sees. */
    SRFLX("srflx"),
    /** What the other peer sees. */
    PRFLX("prflx"),
    /** A relayed transport address. */
    RELAY("relay");

    private final String wireName;

    CandidateType(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
