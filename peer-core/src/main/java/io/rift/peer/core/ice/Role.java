package io.rift.peer.core.ice;

/** RFC 8445 section 6.1.1: who nominates. In Rift the connecting side starts as controlling. */
public enum Role {
    CONTROLLING,
    CONTROLLED;

    /** The role of the other agent. */
    public Role opposite() {
        return this == CONTROLLING ? CONTROLLED : CONTROLLING;
    }
}
