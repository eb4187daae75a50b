package io.rift.server.core.turn;

import io.rift.protocol.turn.TurnAttributes;

/** The lifetime that an Allocate or Refresh request gets. */
final class Lifetime {
    private Lifetime() {}

    /**
     * RFC 8656 sections 7.2 and 8.2: "the server computes the minimum of the client's requested lifetime and the server's
     * maximum allowed lifetime. If this computed value is greater than the default lifetime, then the [desired lifetime
     * is] the computed value. Otherwise, [it is] the default lifetime." A Refresh to zero is not for this method.
     *
     * <p>But no allocation outlives the time-limited credentials that it was last refreshed with.
     */
    static int desiredSeconds(Request request, TurnServerConfig config) {
        Long requested = request.message().get(TurnAttributes.LIFETIME);
        long computed = requested == null ? 0 : Math.min(requested, config.maxLifetimeSeconds());
        long desired = Math.max(computed, config.defaultLifetimeSeconds());
        return (int) Math.min(desired, request.user().validForSeconds());
    }
}
