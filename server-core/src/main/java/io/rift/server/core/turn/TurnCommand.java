package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import java.nio.ByteBuffer;

/** What the shell has to do. Commands come out of {@link TurnServer#poll()} in the order to do them in. */
public sealed interface TurnCommand {

    /**
     * Send one datagram, or one message of a stream, to a client.
     *
     * @param local the server's end to send from
     * @param client where to send to
     * @param datagram the payload from position to limit, on the heap; nobody else writes to it
     */
    record SendToClient(ServerAddress local, TransportAddress client, ByteBuffer datagram) implements TurnCommand {}

    /**
     * Open a relay socket on its family and port, exclusively, and answer with
     * {@link TurnServer#relaySocketOpened} or {@link TurnServer#relaySocketFailed}, now or later.
     *
     * @param socket names the socket from here on
     */
    record OpenRelaySocket(RelaySocket socket) implements TurnCommand {}

    /**
     * Close a relay socket that was opened. No answer is expected; datagrams that still come from it are dropped.
     *
     * @param socket to close
     */
    record CloseRelaySocket(RelaySocket socket) implements TurnCommand {}
}
