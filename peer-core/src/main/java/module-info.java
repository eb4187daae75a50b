/** The pure state machines of a peer: no sockets, threads, clocks or ambient randomness. */
module io.rift.peer.core {
    requires static transitive org.jspecify;
    requires transitive io.rift.protocol;
    requires org.bouncycastle.provider;

    exports io.rift.peer.core.channel;
    exports io.rift.peer.core.ice;
    exports io.rift.peer.core.path;
    exports io.rift.peer.core.secure;
    exports io.rift.peer.core.session;
    exports io.rift.peer.core.turn;
}
