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
     * Open a relay socket for its transport on its family and port, exclusively, and answer with
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

    /** What TCP relaying (RFC 6062) needs. */
    sealed interface Tcp extends TurnCommand {

        /** The connection that it is about. */
        PeerConnection connection();
    }

    /**
     * Connect from the relayed transport address to the peer, read nothing, and answer with
     * {@link TurnServer#peerConnected} or {@link TurnServer#peerConnectionClosed}, now or later.
     *
     * @param connection to make
     */
    record ConnectToPeer(PeerConnection connection) implements Tcp {}

    /**
     * Pass on bytes between the peer and this client's connection as they are, both ways, until either ends. What the
     * client has sent behind the request that led here is for the peer already, and its connection does not speak STUN
     * any more. If that connection is gone, answer with {@link TurnServer#peerConnectionClosed}.
     *
     * @param connection to the peer
     * @param local the server's end of the client data connection
     * @param client its other end
     */
    record SplicePeerConnection(PeerConnection connection, ServerAddress local, TransportAddress client)
            implements Tcp {}

    /**
     * Close a connection with a peer, or stop to make it, and close the client data connection that it was spliced to.
     * No answer is expected.
     *
     * @param connection to close
     */
    record ClosePeerConnection(PeerConnection connection) implements Tcp {}
}
