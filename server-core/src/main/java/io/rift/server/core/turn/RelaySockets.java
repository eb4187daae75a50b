package io.rift.server.core.turn;

import io.rift.protocol.IpAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.random.RandomGenerator;

/** Has relay sockets opened and closed, and keeps their ports: a port of IPv4 is not one of IPv6. */
final class RelaySockets {
    private final Queue<TurnCommand> commands;
    private final InsideRelays inside;
    private final Map<IpAddress.Family, RelayPorts> portsByFamily = new EnumMap<>(IpAddress.Family.class);
    private long nextId;

    RelaySockets(Queue<TurnCommand> commands, PortRange range, long hashKey, RandomGenerator random) {
        this.commands = commands;
        this.inside = new InsideRelays(hashKey);
        for (IpAddress.Family family : IpAddress.Family.values()) {
            portsByFamily.put(family, new RelayPorts(range, random));
        }
    }

    /** Takes a port as {@link RelayPorts#take} does. */
    int takePort(IpAddress.Family family, Opening.Ports wanted) {
        return ports(family).take(wanted);
    }

    /** Gives back a port that was taken and for which no socket was asked. */
    void releasePort(IpAddress.Family family, int port) {
        ports(family).release(port);
    }

    /** Asks for a socket on a port that was taken. */
    RelaySocket open(IpAddress.Family family, int port, Opening opening) {
        RelaySocket socket = new RelaySocket(nextId++, family, port, opening);
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
        releasePort(socket.family(), socket.port());
    }

    /** Nobody needs the socket: closes it now, or when the shell has opened it. */
    void close(RelaySocket socket) {
        switch (socket.state()) {
            case REQUESTED -> socket.changeTo(RelaySocket.State.ABANDONED);
            case ABANDONED, OPEN -> {
                inside.closed(socket);
                socket.changeTo(RelaySocket.State.CLOSED);
                releasePort(socket.family(), socket.port());
                commands.add(new TurnCommand.CloseRelaySocket(socket));
            }
            case CLOSED -> throw new IllegalStateException(socket + " is closed twice");
        }
    }

    private RelayPorts ports(IpAddress.Family family) {
        return Objects.requireNonNull(portsByFamily.get(family));
    }
}
