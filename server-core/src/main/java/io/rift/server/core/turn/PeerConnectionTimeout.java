package io.rift.server.core.turn;

/** Until when a {@link PeerConnection} has to be made, and then until when it has to be bound. */
final class PeerConnectionTimeout extends Deadline {
    private final PeerConnection connection;

    PeerConnectionTimeout(PeerConnection connection) {
        this.connection = connection;
    }

    PeerConnection connection() {
        return connection;
    }
}
