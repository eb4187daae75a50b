package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/**
 * One relayed transport address of an {@link Allocation}, and the time when it expires, which RFC 8656 section 8.1 ties
 * to it alone. It counts as one allocation of its user from the moment its socket is asked for.
 */
final class Relay extends Deadline {
    private final Allocation allocation;
    private final IpAddress.Family family;
    private long expiryNanos;
    private @Nullable RelaySocket socket;
    private @Nullable TransportAddress address;

    Relay(Allocation allocation, IpAddress.Family family) {
        this.allocation = allocation;
        this.family = family;
    }

    Allocation allocation() {
        return allocation;
    }

    IpAddress.Family family() {
        return family;
    }

    /** When it expires if its client's connection lives: what the client was told. */
    long expiryNanos() {
        return expiryNanos;
    }

    void expiresAt(long nanos) {
        expiryNanos = nanos;
    }

    /** Its socket is open. Nothing is relayed yet. */
    void opened(RelaySocket relaySocket, TransportAddress relayed) {
        socket = relaySocket;
        address = relayed;
    }

    /** Its socket is being closed, to try another one. */
    void closed() {
        socket = null;
        address = null;
    }

    /** Its socket, or null while that is not open. */
    @Nullable RelaySocket socket() {
        return socket;
    }

    /** The relayed transport address, or null while its socket is not open. */
    @Nullable TransportAddress address() {
        return address;
    }
}
