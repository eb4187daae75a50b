package io.rift.server.core.turn;

/** What one allocation has relayed: datagrams, and the bytes of application data in them. */
final class Traffic {
    private long packetsToPeers;
    private long bytesToPeers;
    private long packetsToClient;
    private long bytesToClient;

    void toPeers(int bytes) {
        packetsToPeers++;
        bytesToPeers += bytes;
    }

    void toClient(int bytes) {
        packetsToClient++;
        bytesToClient += bytes;
    }

    /** Bytes of a TCP connection, which have no packets. */
    void streamToPeers(int bytes) {
        bytesToPeers += bytes;
    }

    void streamToClient(int bytes) {
        bytesToClient += bytes;
    }

    long packetsToPeers() {
        return packetsToPeers;
    }

    long bytesToPeers() {
        return bytesToPeers;
    }

    long packetsToClient() {
        return packetsToClient;
    }

    long bytesToClient() {
        return bytesToClient;
    }
}
