package io.rift.protocol.rendezvous;

/** Why a peer refuses to be connected to. */
public enum RefuseReason {
    /** It does not want to talk to that peer. */
    DECLINED("declined"),
    /** It has no room for another connection now. */
    BUSY("busy"),
    /** No protocol version or suite in common. */
    INCOMPATIBLE("incompatible");

    private final String wireName;

    RefuseReason(String wireName) {
        this.wireName = wireName;
    }

    /** The name on the wire. */
    public String wireName() {
        return wireName;
    }
}
