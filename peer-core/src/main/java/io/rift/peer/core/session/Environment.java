package io.rift.peer.core.session;

import io.rift.peer.core.ice.IceConfig;
import io.rift.peer.core.secure.HandshakeLimits;
import io.rift.peer.core.secure.Identity;
import java.util.random.RandomGenerator;

/**
 * What an endpoint gives to each of its connections.
 *
 * @param identity ours
 * @param transport the socket that all share
 * @param outbox where outputs go
 * @param handshakeLimits bounds over all handshakes
 * @param iceConfig timers of the ICE agents
 * @param connectNanos how long an attempt may take
 * @param random a cryptographic source
 */
record Environment(
        Identity identity,
        LocalTransport transport,
        Outbox outbox,
        HandshakeLimits handshakeLimits,
        IceConfig iceConfig,
        long connectNanos,
        RandomGenerator random) {}
