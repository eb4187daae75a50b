package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/** An Allocate request that waits for its relay sockets: one, or with EVEN-PORT and the R bit two neighbours. */
final class Opening {

    /** How long the shell may take to open a socket. */
    static final int TIMEOUT_SECONDS = 10;

    private final Allocation allocation;
    private final Reply reply;
    private final int lifetimeSeconds;
    private final Ports ports;
    private int triesLeft;
    private @Nullable RelaySocket awaited;
    private @Nullable RelaySocket first;
    private @Nullable TransportAddress firstRelayed;

    /** Which ports the client asked for. */
    enum Ports {
        ANY,
        /** EVEN-PORT without the R bit. */
        EVEN,
        /** EVEN-PORT with the R bit: an even port, and the next higher one reserved. */
        EVEN_AND_NEXT
    }

    Opening(Allocation allocation, Reply reply, int lifetimeSeconds, Ports ports, int tries) {
        this.allocation = allocation;
        this.reply = reply;
        this.lifetimeSeconds = lifetimeSeconds;
        this.ports = ports;
        this.triesLeft = tries;
    }

    Allocation allocation() {
        return allocation;
    }

    Reply reply() {
        return reply;
    }

    int lifetimeSeconds() {
        return lifetimeSeconds;
    }

    Ports ports() {
        return ports;
    }

    /** Whether another port may be tried; each question uses up one try. */
    boolean useTry() {
        return triesLeft-- > 0;
    }

    void await(@Nullable RelaySocket socket) {
        awaited = socket;
    }

    @Nullable RelaySocket awaited() {
        return awaited;
    }

    /** The socket on the even port while its neighbour is awaited. */
    @Nullable RelaySocket first() {
        return first;
    }

    @Nullable TransportAddress firstRelayed() {
        return firstRelayed;
    }

    void keepFirst(@Nullable RelaySocket socket, @Nullable TransportAddress relayed) {
        first = socket;
        firstRelayed = relayed;
    }
}
