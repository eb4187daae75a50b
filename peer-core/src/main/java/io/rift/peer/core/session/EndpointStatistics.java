package io.rift.peer.core.session;

/**
 * What an endpoint did so far.
 *
 * @param connections connections that are established now
 * @param established connections that ever were
 * @param failed attempts that never were
 * @param refusedOffers offers refused, by the application or by a limit
 * @param datagramsSent datagrams sent, of any kind
 * @param datagramsReceived datagrams received, of any kind
 * @param datagramsDropped datagrams that belonged to nothing
 */
public record EndpointStatistics(
        int connections,
        long established,
        long failed,
        long refusedOffers,
        long datagramsSent,
        long datagramsReceived,
        long datagramsDropped) {}
