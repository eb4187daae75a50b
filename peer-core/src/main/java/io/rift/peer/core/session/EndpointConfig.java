package io.rift.peer.core.session;

import io.rift.peer.core.turn.TurnCredentials;
import io.rift.protocol.TransportAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint is told once.
 *
 * @param authority {@code host[:port]} of the rendezvous server as it was dialled, in lower case
 * @param policy which candidates are used
 * @param connectTimeout how long an attempt may take
 * @param iceServers servers to use in place of those that the rendezvous server announces, or null
 */
public record EndpointConfig(
        String authority,
        IceTransportPolicy policy,
        Duration connectTimeout,
        @Nullable IceServers iceServers) {

    /** The longest time that an attempt may take. */
    public static final Duration MAX_CONNECT_TIMEOUT = Duration.ofMinutes(5);

    /**
     * Checks the time.
     *
     * @throws IllegalArgumentException if it is not positive or too long
     */
    public EndpointConfig {
        if (!connectTimeout.isPositive() || connectTimeout.compareTo(MAX_CONNECT_TIMEOUT) > 0) {
            throw new IllegalArgumentException("a connect timeout is more than 0 and at most "
                    + MAX_CONNECT_TIMEOUT.toSeconds() + " s, not " + connectTimeout);
        }
    }

    /**
     * STUN and TURN servers.
     *
     * @param stun STUN servers, best first; two ports of one server tell the NAT kind
     * @param turn TURN servers, best first
     */
    public record IceServers(List<TransportAddress> stun, List<Turn> turn) {
        /** Copies the lists. */
        public IceServers {
            stun = List.copyOf(stun);
            turn = List.copyOf(turn);
        }
    }

    /**
     * A TURN server.
     *
     * @param address where it listens, over UDP
     * @param credentials for it
     */
    public record Turn(TransportAddress address, TurnCredentials credentials) {}
}
