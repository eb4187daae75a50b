/**
 * A whole peer without its sockets: {@link io.rift.peer.core.session.Endpoint} composes sign-in at the rendezvous,
 * candidate gathering, the TURN client and, for each connection, an ICE agent, a handshake and a message channel.
 *
 * <p>It is a pure state machine. Every input carries the time; after every input the caller polls
 * {@link io.rift.peer.core.session.EndpointOutput}s until there is none, and arms one timer with
 * {@link io.rift.peer.core.session.Endpoint#nextTimeoutNanos()}. The SDK drives it from one I/O thread, the simulation
 * from a virtual clock; both run the same code.
 *
 * <p>Who does what: {@code SignIn} answers the server's challenge. {@code LocalTransport} owns what all connections
 * share, one socket with its gatherer and its allocation. {@code PeerConnection} is one attempt and the connection that
 * it leads to. {@code ConnectionTable} finds it by session, user name fragment, receiver index and handle, and bounds
 * their number.
 */
@NullMarked
package io.rift.peer.core.session;

import org.jspecify.annotations.NullMarked;
