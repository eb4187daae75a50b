package io.rift.peer.core.session;

import io.rift.peer.core.ice.CandidatePair;
import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousErrorCode;
import io.rift.protocol.rendezvous.RendezvousMessage;
import io.rift.protocol.secure.PayloadKind;
import io.rift.protocol.secure.Suite;
import java.nio.ByteBuffer;

/** What an {@link Endpoint} wants done, or wants known. */
public sealed interface EndpointOutput {

    /**
     * Send a datagram from the endpoint's socket. It may be lost.
     *
     * @param to where to
     * @param datagram between position and limit, for the receiver of this output alone
     */
    record TransmitDatagram(TransportAddress to, ByteBuffer datagram) implements EndpointOutput {}

    /**
     * Send a message to the rendezvous server.
     *
     * @param message the message
     */
    record SendRendezvous(RendezvousMessage.FromClient message) implements EndpointOutput {}

    /**
     * The connection to the rendezvous server is of no use: close it, and dial again after a while.
     *
     * @param reason why, for a log
     */
    record DisconnectRendezvous(String reason) implements EndpointOutput {}

    /** The rendezvous server took us. */
    record SignedIn() implements EndpointOutput {}

    /**
     * The rendezvous server does not take us, or no longer; it closes the connection.
     *
     * @param code its reason
     * @param message its explanation
     */
    record SignInRefused(RendezvousErrorCode code, String message) implements EndpointOutput {}

    /**
     * A peer calls: answer with {@link Endpoint#accept} or {@link Endpoint#refuse} within
     * {@link EndpointLimits#ACCEPT_TIMEOUT}.
     *
     * @param id of the connection to be
     * @param from who calls, as it proved to the server
     */
    record IncomingConnection(ConnectionId id, PeerId from) implements EndpointOutput {}

    /**
     * The other peer is authenticated and messages flow.
     *
     * @param id of the connection
     * @param peer who it is, as it proved to us
     * @param suite what protects the connection
     * @param path how packets travel
     */
    record ConnectionEstablished(ConnectionId id, PeerId peer, Suite suite, CandidatePair path)
            implements EndpointOutput {}

    /**
     * An attempt came to nothing. Nothing follows for this connection.
     *
     * @param id of the connection that was to be
     * @param failure why
     */
    record ConnectionFailed(ConnectionId id, ConnectFailure failure) implements EndpointOutput {}

    /**
     * A message arrived, whole and in order. Call {@link Endpoint#consumed} when the application has it.
     *
     * @param id of the connection
     * @param message for the receiver of this output alone
     */
    record MessageReceived(ConnectionId id, ByteBuffer message) implements EndpointOutput {}

    /**
     * An unreliable datagram arrived.
     *
     * @param id of the connection
     * @param kind voice or bulk
     * @param timestamp media time of voice, else 0
     * @param datagram for the receiver of this output alone
     */
    record DatagramReceived(ConnectionId id, PayloadKind kind, int timestamp, ByteBuffer datagram)
            implements EndpointOutput {}

    /**
     * The send buffer, which was full when {@link Endpoint#send} last returned false, has room again.
     *
     * @param id of the connection
     */
    record SendBufferFreed(ConnectionId id) implements EndpointOutput {}

    /**
     * Packets travel another way now; a check over it has succeeded.
     *
     * @param id of the connection
     * @param path the new way
     */
    record PathChanged(ConnectionId id, CandidatePair path) implements EndpointOutput {}

    /**
     * An established connection has ended. Nothing follows for it.
     *
     * @param id of the connection
     * @param reason why
     * @param statistics what it did
     */
    record ConnectionClosed(ConnectionId id, CloseReason reason, ConnectionStatistics statistics)
            implements EndpointOutput {}

    /** All connections are closed and the allocation is deleted or given up: nothing follows at all. */
    record Stopped() implements EndpointOutput {}
}
