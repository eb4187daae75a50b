/** Bytes to messages and back, without I/O and without a clock. */
module io.rift.protocol {
    requires static transitive org.jspecify;
    requires tools.jackson.core;

    exports io.rift.protocol;
    exports io.rift.protocol.rendezvous;
    exports io.rift.protocol.secure;
    exports io.rift.protocol.stun;
    exports io.rift.protocol.turn;
}
