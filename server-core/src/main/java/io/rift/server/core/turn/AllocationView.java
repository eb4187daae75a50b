package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import java.util.List;

/**
 * One live allocation at one moment, for an operator.
 *
 * @param id its number, which this shard never gives again
 * @param username that made it
 * @param client the client's transport address
 * @param server the server's end of the 5-tuple
 * @param relayed its relayed transport addresses, as the client was told
 * @param lifetimeSeconds what is left of its lifetime, of the longer one where it relays both address families
 * @param permissions how many live
 * @param channels how many live
 * @param packetsToPeers datagrams relayed
 * @param bytesToPeers application data in them
 * @param packetsToClient datagrams relayed
 * @param bytesToClient application data in them
 */
public record AllocationView(
        long id,
        String username,
        TransportAddress client,
        ServerAddress server,
        List<TransportAddress> relayed,
        long lifetimeSeconds,
        int permissions,
        int channels,
        long packetsToPeers,
        long bytesToPeers,
        long packetsToClient,
        long bytesToClient) {

    /** Takes a copy. */
    public AllocationView {
        relayed = List.copyOf(relayed);
    }

    /**
     * A permission.
     *
     * @param peer its IP address
     * @param lifetimeSeconds what is left of its lifetime
     */
    public record PermissionView(String peer, long lifetimeSeconds) {}

    /**
     * A channel binding.
     *
     * @param number of the channel
     * @param peer it stands for
     * @param lifetimeSeconds what is left of its lifetime
     */
    public record ChannelView(int number, TransportAddress peer, long lifetimeSeconds) {}

    /**
     * All about one allocation.
     *
     * @param allocation itself
     * @param permissions all that live, at most as many as an allocation may have
     * @param channels all that live, at most as many as an allocation may have
     */
    public record Details(AllocationView allocation, List<PermissionView> permissions, List<ChannelView> channels) {

        /** Takes copies. */
        public Details {
            permissions = List.copyOf(permissions);
            channels = List.copyOf(channels);
        }
    }
}
