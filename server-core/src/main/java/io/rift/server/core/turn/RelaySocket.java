package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket on a relayed transport address, which the shell opens and closes on command. The shell hands the same object
 * back with every datagram that arrives there.
 */
public final class RelaySocket extends Attachable {

    enum State {
        /** The shell was told to open it and has not answered. */
        REQUESTED,
        /** The shell was told to open it and has not answered, but nobody needs it any more. */
        ABANDONED,
        OPEN,
        CLOSED
    }

    private final long id;
    private final IpAddress.Family family;
    private final int port;
    private final RelayTransport transport;
    private final ServerAddress clientSide;
    private State state = State.REQUESTED;
    private @Nullable Opening opening;
    private @Nullable Allocation allocation;
    private @Nullable TransportAddress relayed;

    RelaySocket(long id, IpAddress.Family family, int port, Opening opening) {
        this.id = id;
        this.family = family;
        this.port = port;
        this.opening = opening;
        this.transport = opening.allocation().relayTransport();
        this.clientSide = opening.allocation().path().local();
    }

    /** A number that this {@link TurnServer} never gives twice; for logs. */
    public long id() {
        return id;
    }

    /** The address family to open the socket in. */
    public IpAddress.Family family() {
        return family;
    }

    /** What it speaks: a socket for datagrams, or one that listens for connections. */
    public RelayTransport transport() {
        return transport;
    }

    /** Where the client came in for which it is opened: a node with several addresses relays from that one. */
    public ServerAddress clientSide() {
        return clientSide;
    }

    /** The port to open it on. */
    public int port() {
        return port;
    }

    State state() {
        return state;
    }

    void changeTo(State next) {
        state = next;
        if (next != State.REQUESTED) {
            opening = null;
        }
        if (next == State.CLOSED) {
            allocation = null;
        }
    }

    /** The shell has opened it at this address, as peers see it. */
    void openedAt(TransportAddress address) {
        relayed = address;
    }

    /** Its transport address as peers see it, or null while it was never open. */
    @Nullable TransportAddress relayed() {
        return relayed;
    }

    /** What waits for this socket to open. */
    @Nullable Opening opening() {
        return opening;
    }

    /** The live allocation whose relayed transport address this is. */
    @Nullable Allocation allocation() {
        return allocation;
    }

    void serve(Allocation served) {
        allocation = served;
    }

    @Override
    public String toString() {
        return "relay socket " + id + " on port " + port;
    }
}
