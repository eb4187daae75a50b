package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * The open relay sockets of this shard by their transport address, so that what one of its clients sends to another one
 * need not leave through one socket and come in through the other. Routes remember the answer; it is asked for again
 * when a socket was opened or closed anywhere, so that no route leads to a socket that is gone, or past one that is new.
 */
final class InsideRelays {

    /** A version that there never is. */
    static final long NEVER = -1;

    private final AddressTable<RelaySocket> socketByRelayed;
    private long version;

    /**
     * No sockets.
     *
     * @param hashKey of the table
     */
    InsideRelays(long hashKey) {
        socketByRelayed = new AddressTable<>(hashKey);
    }

    /** How often this table has changed. */
    long version() {
        return version;
    }

    /** The shell has opened a socket. */
    void opened(RelaySocket socket, TransportAddress relayed) {
        socket.openedAt(relayed);
        if (socket.transport() == RelayTransport.UDP) { // at the same address for TCP is somebody else
            socketByRelayed.put(relayed, socket);
            version++;
        }
    }

    /** A socket that was opened is about to be closed. */
    void closed(RelaySocket socket) {
        TransportAddress relayed = socket.relayed();
        if (relayed != null && socketByRelayed.get(relayed) == socket) {
            socketByRelayed.remove(relayed);
            version++;
        }
    }

    /** The relay socket behind a route's peer, or null when the way there is through the network. */
    @Nullable RelaySocket behind(Route route) {
        if (route.insideAsOf() != version) {
            route.leadsTo(socketByRelayed.get(route.peer()), version);
        }
        return route.inside();
    }
}
