package io.rift.bench.load;

import io.rift.protocol.TransportAddress;
import org.jspecify.annotations.Nullable;

/** A TURN client and the peer that it talks to, both in {@link Traffic#NETWORK}. */
final class Client {

    /** The channel to its own peer. */
    static final int PEER_CHANNEL = 0x4000;

    /** The channel to the relayed transport address of its partner. */
    static final int PARTNER_CHANNEL = 0x4001;

    private static final int CLIENTS = 198 << 24 | 18 << 16;
    private static final int PEERS = 198 << 24 | 19 << 16;
    private static final int HOSTS = 0xFFFD;
    private static final int CLIENT_PORT = 40_000;
    private static final int PEER_PORT = 50_000;

    private final int index;
    private final TransportAddress address;
    private final TransportAddress peer;
    private byte @Nullable [] nonce;
    private @Nullable TransportAddress relayed;

    /**
     * A client without an allocation.
     *
     * @param index its place among the clients of now
     * @param host its number among all clients ever
     */
    Client(int index, int host) {
        this.index = index;
        int number = 1 + host % HOSTS;
        int spread = (number & 0xFF) << 8 | number >>> 8; // over networks, as there are limits for each of these
        address = TransportAddress.ofIpv4(CLIENTS | spread, CLIENT_PORT);
        peer = TransportAddress.ofIpv4(PEERS | spread, PEER_PORT);
    }

    /** Whether packets to this address go to a client and not to a peer. */
    static boolean isClient(int ipv4) {
        return (ipv4 & 0xFFFF0000) == CLIENTS;
    }

    int index() {
        return index;
    }

    TransportAddress address() {
        return address;
    }

    TransportAddress peer() {
        return peer;
    }

    byte @Nullable [] nonce() {
        return nonce;
    }

    void learn(byte[] newNonce) {
        nonce = newNonce;
    }

    TransportAddress relayed() {
        if (relayed == null) {
            throw new IllegalStateException("client " + index + " has no allocation");
        }
        return relayed;
    }

    void allocated(TransportAddress relayedAddress) {
        relayed = relayedAddress;
    }

    void released() {
        relayed = null;
        nonce = null;
    }
}
