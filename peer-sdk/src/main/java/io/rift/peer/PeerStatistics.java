package io.rift.peer;

import io.rift.peer.core.session.EndpointStatistics;

/**
 * What a peer did so far.
 *
 * @param connections connections that are open now
 * @param connectionsEstablished connections that were ever established, either way
 * @param connectionsFailed attempts that were not, either way
 * @param incomingRefused offers refused, by the filter or by a limit
 * @param datagramsSent UDP datagrams sent, of any kind
 * @param datagramsReceived UDP datagrams received, of any kind
 * @param datagramsDropped UDP datagrams received that belonged to nothing or were malformed
 */
public record PeerStatistics(
        int connections,
        long connectionsEstablished,
        long connectionsFailed,
        long incomingRefused,
        long datagramsSent,
        long datagramsReceived,
        long datagramsDropped) {

    static PeerStatistics of(EndpointStatistics counts) {
        return new PeerStatistics(
                counts.connections(),
                counts.established(),
                counts.failed(),
                counts.refusedOffers(),
                counts.datagramsSent(),
                counts.datagramsReceived(),
                counts.datagramsDropped());
    }
}
