package io.rift.server.core.turn;

import io.rift.protocol.TransportAddress;
import io.rift.protocol.stun.StunMessage;
import io.rift.server.core.auth.User;

/**
 * An authenticated request.
 *
 * @param message valid only while the request is handled
 * @param client where it came from
 * @param local where it arrived
 * @param user who signed it
 * @param reply how to answer it
 * @param nowNanos when it came
 */
record Request(
        StunMessage message, TransportAddress client, ServerAddress local, User user, Reply reply, long nowNanos) {}
