package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import java.util.Queue;

/** Has relay sockets opened and closed, and keeps their ports. */
final class RelaySockets {
    private final Queue<TurnCommand> commands;
    private final RelayPorts ports;
    private final InsideRelays inside = new InsideRelays();
    private long nextId;

    RelaySockets(Queue<TurnCommand> commands, RelayPorts ports) {
        this.commands = commands;
        this.ports = ports;
    }

    /** Asks for a socket on a port that was taken. */
    RelaySocket open(int port, Opening opening) {
        RelaySocket socket = new RelaySocket(nextId++, IpAddress.Family.IPV4, port, opening);
        commands.add(new TurnCommand.OpenRelaySocket(socket));
        return socket;
    }

    /** Those that are open, by address. */
    InsideRelays inside() {
        return inside;
    }

    /** The shell could not open it. */
    void failed(RelaySocket socket) {
        socket.changeTo(RelaySocket.State.CLOSED);
        ports.release(socket.port());
    }

    /** Nobody needs the socket: closes it now, or when the shell has opened it. */
    void close(RelaySocket socket) {
        switch (socket.state()) {
            case REQUESTED -> socket.changeTo(RelaySocket.State.ABANDONED);
            case ABANDONED, OPEN -> {
                inside.closed(socket);
                socket.changeTo(RelaySocket.State.CLOSED);
                ports.release(socket.port());
                commands.add(new TurnCommand.CloseRelaySocket(socket));
            }
            case CLOSED -> throw new IllegalStateException(socket + " is closed twice");
        }
    }
}
