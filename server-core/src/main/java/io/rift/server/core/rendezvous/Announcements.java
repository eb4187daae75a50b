package io.rift.server.core.rendezvous;

import io.rift.protocol.IpAddress;
import io.rift.protocol.TransportAddress;
import io.rift.protocol.rendezvous.RendezvousProtocol;
import java.util.List;

/**
 * Which STUN and TURN servers a client is told of. A machine has several addresses, and the one at which a client came
 * in is the one that surely works for it.
 */
@FunctionalInterface
public interface Announcements {
    /** What to tell a client whose connection ends at {@code local}, an address of this server. */
    Announcement forClientsOf(IpAddress local);

    /** The same for everybody. */
    static Announcements always(List<TransportAddress> stunServers, List<TransportAddress> turnServers) {
        Announcement announcement = new Announcement(stunServers, turnServers);
        return local -> announcement;
    }

    /**
     * Servers, over UDP.
     *
     * @param stunServers at least two ports of one address, so that a peer can tell how its NAT maps
     * @param turnServers relays that know the shared secret of {@link TurnCredentials}
     */
    record Announcement(List<TransportAddress> stunServers, List<TransportAddress> turnServers) {
        /** Checks that the servers fit a message. */
        public Announcement {
            stunServers = List.copyOf(stunServers);
            turnServers = List.copyOf(turnServers);
            if (stunServers.size() > RendezvousProtocol.MAX_STUN_SERVERS
                    || turnServers.size() > RendezvousProtocol.MAX_TURN_SERVERS) {
                throw new IllegalArgumentException(
                        stunServers.size() + " STUN servers and " + turnServers.size() + " TURN servers");
            }
        }
    }
}
