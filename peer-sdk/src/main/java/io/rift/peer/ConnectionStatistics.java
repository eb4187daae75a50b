package io.rift.peer;

import java.time.Duration;

/**
 * What a connection did so far.
 *
 * @param timeToConnect from the call of connect, or from the incoming offer, to the end of the handshake
 * @param messagesSent messages handed to {@link Connection#send(byte[])}
 * @param messagesReceived messages delivered whole and in order
 * @param datagramsSent unreliable datagrams sent
 * @param datagramsReceived unreliable datagrams received
 * @param packetsSent encrypted packets sent
 * @param packetsReceived encrypted packets that were authentic and new
 * @param packetsRetransmitted encrypted packets that repeated a fragment of a message
 * @param packetsDropped packets for this connection that were forged, replayed or malformed
 */
public record ConnectionStatistics(
        Duration timeToConnect,
        long messagesSent,
        long messagesReceived,
        long datagramsSent,
        long datagramsReceived,
        long packetsSent,
        long packetsReceived,
        long packetsRetransmitted,
        long packetsDropped) {

    static ConnectionStatistics of(io.rift.peer.core.session.ConnectionStatistics counts) {
        return new ConnectionStatistics(
                Duration.ofNanos(counts.connectNanos()),
                counts.messagesSent(),
                counts.messagesReceived(),
                counts.datagramsSent(),
                counts.datagramsReceived(),
                counts.packetsSent(),
                counts.packetsReceived(),
                counts.packetsRetransmitted(),
                counts.packetsDropped());
    }
}
