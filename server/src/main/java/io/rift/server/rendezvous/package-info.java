/**
 * The rendezvous on the network: WebSockets in front of {@link io.rift.server.core.rendezvous.RendezvousServer}.
 *
 * <p>{@code RendezvousEndpoint} decides who gets a WebSocket, {@code WebSocketLink} is one of them, and
 * {@link io.rift.server.rendezvous.Rendezvous} owns the core and the only thread that touches it. The next message of a
 * client is read from its socket when the core is done with the one before, and what a client does not read is queued
 * up to a bound and then costs it the connection: so nobody can make the server hold much for him.
 */
@NullMarked
package io.rift.server.rendezvous;

import org.jspecify.annotations.NullMarked;
