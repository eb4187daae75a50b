/**
 * The peer SDK of Rift: dial a peer by its key, through any NAT, end to end encrypted. Start with
 * {@link io.rift.peer.Peer}.
 */
module io.rift.peer {
    requires transitive io.rift.protocol;
    requires transitive java.net.http;
    requires static transitive org.jspecify;
    requires io.rift.peer.core;
    requires org.slf4j;

    exports io.rift.peer;
}
