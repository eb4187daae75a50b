package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;

/**
 * The way to a client: the RFC's 5-tuple without its protocol, which is UDP. One object lives as long as its
 * allocation.
 */
public final class ClientPath extends Attachable {
    private final TransportAddress client;
    private final TransportAddress local;

    ClientPath(TransportAddress client, TransportAddress local) {
        this.client = client;
        this.local = local;
    }

    /** The client's transport address as this server sees it. */
    public TransportAddress client() {
        return client;
    }

    /** The server's own transport address that the client talks to, and that answers have to come from. */
    public TransportAddress local() {
        return local;
    }

    @Override
    public String toString() {
        return client + " at " + local;
    }
}
