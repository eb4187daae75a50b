package io.rift.server.core.rendezvous;

/**
 * What a rendezvous is set up with.
 *
 * @param authorities the names that it answers to
 * @param announcements the STUN and TURN servers that it tells peers of
 * @param turnCredentials what it gives them for the TURN servers
 * @param limits every bound
 */
public record RendezvousConfig(
        Authorities authorities,
        Announcements announcements,
        TurnCredentials turnCredentials,
        RendezvousLimits limits) {}
