package io.rift.protocol.rendezvous;

import io.rift.protocol.PeerId;
import io.rift.protocol.TransportAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A message between a peer and the rendezvous.
 *
 * <pre>
 *   client                      server                      other client
 *      |  &lt;- Challenge             |
 *      |  Authenticate -&gt;          |
 *      |  &lt;- Welcome               |
 *      |  Connect -&gt;               |  Incoming -&gt;                |
 *      |  &lt;- IceCandidates         |  &lt;- IceCandidates           |   (or Refuse)
 *      |  IceCandidates -&gt;         |  IceCandidates -&gt;           |   (trickled, both ways)
 *      |  Report -&gt;                |
 *      |  End -&gt;                   |  End -&gt;                     |
 * </pre>
 */
public sealed interface RendezvousMessage {
    /** What a client sends and a server receives. */
    sealed interface FromClient extends RendezvousMessage {}

    /** What a server sends and a client receives. */
    sealed interface FromServer extends RendezvousMessage {}

    /**
     * The server's first message on every connection.
     *
     * @param serverNonce {@value RendezvousProtocol#NONCE_BYTES} random octets, used once
     */
    record Challenge(Octets serverNonce) implements FromServer {
        public Challenge {
            serverNonce.requireLength(RendezvousProtocol.NONCE_BYTES, "server nonce");
        }
    }

    /**
     * The client's first message: proves that it holds the identity, to this server and no other.
     *
     * @param peerId who the client is
     * @param authority {@code host[:port]} as the client dialed it, in lower case
     * @param clientNonce {@value RendezvousProtocol#NONCE_BYTES} random octets
     * @param signature Ed25519 over {@link AuthenticationPayload}
     */
    record Authenticate(PeerId peerId, String authority, Octets clientNonce, Octets signature) implements FromClient {
        public Authenticate {
            Text.requirePrintableAscii(authority, 1, RendezvousProtocol.MAX_AUTHORITY_LENGTH, "authority");
            if (!authority.equals(authority.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("authority is not in lower case");
            }
            clientNonce.requireLength(RendezvousProtocol.NONCE_BYTES, "client nonce");
            signature.requireLength(RendezvousProtocol.SIGNATURE_BYTES, "signature");
        }
    }

    /**
     * The client is signed in. The server pings (RFC 6455 section 5.5.2) a quiet client every {@code
     * pingIntervalSeconds}; a client that hears nothing at all for three of these may take the connection for dead.
     *
     * @param peerId who the server takes the client for
     * @param stunServers at least two ports of one address where possible, so that a peer can tell how its NAT maps
     * @param turnServers relays with credentials; empty where there is none
     * @param maxMessageBytes longest message that the server accepts
     * @param pingIntervalSeconds see above
     */
    record Welcome(
            PeerId peerId,
            List<TransportAddress> stunServers,
            List<TurnAccess> turnServers,
            int maxMessageBytes,
            int pingIntervalSeconds)
            implements FromServer {
        public Welcome {
            stunServers = bounded(stunServers, RendezvousProtocol.MAX_STUN_SERVERS, "STUN servers");
            turnServers = bounded(turnServers, RendezvousProtocol.MAX_TURN_SERVERS, "TURN servers");
            if (maxMessageBytes < 1 || pingIntervalSeconds < 1) {
                throw new IllegalArgumentException("max message of " + maxMessageBytes + " octets, ping interval of "
                        + pingIntervalSeconds + " s");
            }
        }
    }

    /** Asks for fresh TURN credentials before the old ones expire; answered by {@link Credentials}. */
    record RefreshCredentials() implements FromClient {}

    /**
     * Fresh TURN credentials.
     *
     * @param turnServers replaces the list of {@link Welcome}
     */
    record Credentials(List<TurnAccess> turnServers) implements FromServer {
        public Credentials {
            turnServers = bounded(turnServers, RendezvousProtocol.MAX_TURN_SERVERS, "TURN servers");
        }
    }

    /**
     * Opens a session with another peer. The sender is the ICE controlling agent and the initiator of the handshake.
     *
     * @param to the called peer
     * @param ice the session's name, the caller's parameters and its first candidates, if it has any yet
     */
    record Connect(PeerId to, IceCandidates ice) implements FromClient {
        public Connect {
            requireParameters(ice);
        }
    }

    /**
     * Somebody calls. Answered by {@link IceCandidates} with parameters, or by {@link Refuse}.
     *
     * @param from the calling peer, as it proved to the server
     * @param ice what it sent in {@link Connect}
     */
    record Incoming(PeerId from, IceCandidates ice) implements FromServer {
        public Incoming {
            requireParameters(ice);
        }
    }

    /**
     * More candidates for a session, forwarded as they are.
     *
     * @param session which session
     * @param parameters once from each side: in {@link Connect}, and in the first message of the called peer
     * @param candidates at most {@value RendezvousProtocol#MAX_CANDIDATES_PER_MESSAGE}, possibly none
     * @param endOfCandidates the sender has gathered all it will
     */
    record IceCandidates(
            SessionId session,
            @Nullable PeerParameters parameters,
            List<IceCandidate> candidates,
            boolean endOfCandidates)
            implements FromClient, FromServer {
        public IceCandidates {
            candidates = bounded(candidates, RendezvousProtocol.MAX_CANDIDATES_PER_MESSAGE, "candidates");
        }
    }

    /**
     * The called peer does not want this session; the caller gets {@code peer-refused}.
     *
     * @param session which session
     * @param reason why
     */
    record Refuse(SessionId session, RefuseReason reason) implements FromClient {}

    /**
     * One side is done with the session; forwarded to the other. Says nothing about the connection that the session
     * may have led to: that one lives and ends between the peers.
     *
     * @param session which session
     */
    record End(SessionId session) implements FromClient, FromServer {}

    /**
     * How a session went, for the operator's statistics. Only from the calling peer, once per session, while the
     * session is open or shortly after the other side ended it.
     *
     * @param session which session
     * @param path by which path, or {@link ConnectionPath#FAILED}
     * @param localNat NAT of the reporting peer
     * @param remoteNat NAT of the other peer, by its hint
     * @param millis from {@link Connect} to the first authentic packet, or until it gave up; at most {@value
     *     RendezvousProtocol#MAX_REPORT_MILLIS}
     */
    record Report(SessionId session, ConnectionPath path, NatKind localNat, NatKind remoteNat, int millis)
            implements FromClient {
        public Report {
            if (millis < 0 || millis > RendezvousProtocol.MAX_REPORT_MILLIS) {
                throw new IllegalArgumentException("a connection took " + millis + " ms");
            }
        }
    }

    /**
     * A refusal.
     *
     * @param code what a program acts on
     * @param message what a person reads; printable ASCII
     * @param session the session it is about, if any
     */
    record ErrorMessage(
            RendezvousErrorCode code,
            String message,
            @Nullable SessionId session) implements FromServer {
        public ErrorMessage {
            Text.requirePrintableAscii(message, 0, RendezvousProtocol.MAX_ERROR_TEXT_LENGTH, "message");
        }
    }

    private static <T> List<T> bounded(List<T> list, int max, String name) {
        if (list.size() > max) {
            throw new IllegalArgumentException(list.size() + " " + name + ", at most " + max);
        }
        return List.copyOf(list);
    }

    private static void requireParameters(IceCandidates ice) {
        if (ice.parameters() == null) {
            throw new IllegalArgumentException("the first message of a session has no parameters");
        }
    }
}
