package io.rift.peer.core.session;

/**
 * What a connection did so far.
 *
 * @param connectNanos from the call, or the offer, to the end of the handshake; 0 before
 * @param roundTripNanos smoothed round trip time
 * @param messagesSent messages taken for sending
 * @param messagesReceived messages delivered
 * @param datagramsSent unreliable datagrams sent
 * @param datagramsReceived unreliable datagrams delivered
 * @param packetsSent packets sealed
 * @param packetsReceived packets opened
 * @param packetsRetransmitted packets that repeated a fragment
 * @param packetsDropped packets that were forged, replayed or malformed
 */
public record ConnectionStatistics(
        long connectNanos,
        long roundTripNanos,
        long messagesSent,
        long messagesReceived,
        long datagramsSent,
        long datagramsReceived,
        long packetsSent,
        long packetsReceived,
        long packetsRetransmitted,
        long packetsDropped) {}
