package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/**
 * The way to a client: the RFC's 5-tuple. One object lives as long as its allocation, or until that moves to another.
 */
public final class ClientPath extends Attachable {
    private final TransportAddress client;
    private final ServerAddress local;

    ClientPath(TransportAddress client, ServerAddress local) {
        this.client = client;
        this.local = local;
    }

    /** The client's transport address as this server sees it. */
    public TransportAddress client() {
        return client;
    }

    /** The server's end that the client talks to, and that answers have to come from. */
    public ServerAddress local() {
        return local;
    }

    boolean is(TransportAddress otherClient, ServerAddress otherLocal) {
        return client.equals(otherClient) && local.equals(otherLocal);
    }

    @Override
    public String toString() {
        return client + " at " + local;
    }
}
