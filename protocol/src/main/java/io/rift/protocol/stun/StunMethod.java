package io.rift.protocol.stun;

/** The method of RFC 8489. Those of TURN are in {@link io.rift.protocol.turn.TurnMethod}. */
public final class StunMethod {

    /** Asks for the reflexive transport address; with the attributes of RFC 8445 it is the plan's IceCheck. */
    public static final int BINDING = 0x001;

    /** Methods have 12 bits. */
    public static final int MAX = 0xFFF;

    private StunMethod() {}
}
