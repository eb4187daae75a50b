package io.rift.server.socket;

import io.rift.protocol.TransportAddress;
import io.rift.server.core.turn.ServerAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ways to the clients of one shard. Belongs to its event loop, but for the list of sockets. */
final class ClientEnds {

    private record FiveTuple(ServerAddress local, TransportAddress client) {}

    private final Map<ServerAddress, ClientSocket> socketByLocal = new ConcurrentHashMap<>();
    private final Map<FiveTuple, ClientEnd> connectedByTuple = new HashMap<>();

    void add(ClientSocket socket) {
        socketByLocal.put(socket.local(), socket);
    }

    void remove(ClientSocket socket) {
        socketByLocal.remove(socket.local());
    }

    /** Whom a new connection replaces: the same client may only have lost the old one. */
    @Nullable ClientEnd add(ServerAddress local, TransportAddress client, ClientEnd connected) {
        return connectedByTuple.put(new FiveTuple(local, client), connected);
    }

    /** True if it was still the client's one. */
    boolean remove(ServerAddress local, TransportAddress client, ClientEnd connected) {
        return connectedByTuple.remove(new FiveTuple(local, client), connected);
    }

    /** The way to a client, or null when there is none any more. */
    @Nullable ClientEnd find(ServerAddress local, TransportAddress client) {
        return switch (local.transport()) {
            case UDP -> {
                ClientSocket socket = socketByLocal.get(local);
                yield socket == null ? null : new DatagramClient(socket, client.toSocketAddress());
            }
            case TCP, TLS, DTLS -> connectedByTuple.get(new FiveTuple(local, client));
        };
    }

    Collection<ClientSocket> sockets() {
        return socketByLocal.values();
    }
}
