/**
 * A full RFC 8445 agent with trickle (RFC 8838) and consent (RFC 7675), as pure state machines.
 *
 * <p>{@link io.rift.peer.core.ice.Gatherer} serves one socket and outlives connections: it learns the candidates, keeps
 * the NAT mapping alive and tells what the NAT is like. {@link io.rift.peer.core.ice.IceAgent} serves one connection:
 * it pairs candidates, checks the pairs, and says over which of them data flows. Both take datagrams and the time in
 * and give {@link io.rift.peer.core.ice.IceOutput} and {@link io.rift.peer.core.ice.GathererOutput} out; after every
 * input the caller polls until {@code null} and then asks for the next deadline.
 *
 * <p>A <em>base</em> (RFC 8445 section 5.1.1) names what sends: the local transport address of a socket, wildcard or
 * not, or a relayed transport address, which stands for "through the TURN client". Candidates that share a base leave by
 * the same door, so the check list never holds two pairs with the same base and the same remote address.
 */
@NullMarked
package io.rift.peer.core.ice;

import org.jspecify.annotations.NullMarked;
