package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys of the permissions that a CreatePermission request asks for, each once and in the order of the request. Its
 * client chooses all of them, so they are told apart by a hash with a key.
 */
final class PermissionKeys {
    private final AddressTable<TransportAddress> seen;
    private final List<TransportAddress> inOrder = new ArrayList<>();

    /**
     * Of a request for these peers.
     *
     * @param hashKey of the shard
     */
    PermissionKeys(List<TransportAddress> peers, long hashKey) {
        seen = new AddressTable<>(hashKey);
        for (TransportAddress peer : peers) {
            TransportAddress key = of(peer);
            if (seen.get(key) == null) {
                seen.put(key, key);
                inOrder.add(key);
            }
        }
    }

    /** RFC 8656 section 10.2: "The port portion of each attribute is ignored and may be any arbitrary value." */
    static TransportAddress of(TransportAddress peer) {
        return new TransportAddress(peer.ip(), 0);
    }

    /** Each once. */
    List<TransportAddress> inOrder() {
        return inOrder;
    }

    /** The most keys with which one more may have to be compared. */
    int longestChain() {
        return seen.longestChain();
    }
}
