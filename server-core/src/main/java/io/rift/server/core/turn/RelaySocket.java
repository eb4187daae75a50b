package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;

/**
 * A socket on a relayed transport address, which the shell opens and closes on command. The shell hands the same object
 * back with every datagram that arrives there.
 */
public final class RelaySocket extends Attachable {
    private final long id;
    private final IpAddress.Family family;
    private final int port;

    RelaySocket(long id, IpAddress.Family family, int port) {
        this.id = id;
        this.family = family;
        this.port = port;
    }

    /** A number that this {@link TurnServer} never gives twice; for logs. */
    public long id() {
        return id;
    }

    /** The address family to open the socket in. */
    public IpAddress.Family family() {
        return family;
    }

    /** The port to open it on. */
    public int port() {
        return port;
    }

    @Override
    public String toString() {
        return "relay socket " + id + " on port " + port;
    }
}
