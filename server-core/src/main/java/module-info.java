/** Pure state machines of the server: they take datagrams and the time, and answer with what the shell should do. */
module io.rift.server.core {
    requires transitive io.rift.protocol;
    requires static transitive org.jspecify;
    requires org.bouncycastle.provider;

    exports io.rift.server.core.auth;
    exports io.rift.server.core.discovery;
    exports io.rift.server.core.peerpolicy;
    exports io.rift.server.core.quota;
    exports io.rift.server.core.rendezvous;
    exports io.rift.server.core.turn;
}
