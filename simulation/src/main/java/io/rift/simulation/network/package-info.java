/**
 * A packet network in virtual time.
 *
 * <p>A {@link io.rift.simulation.network.Realm} is an address realm (RFC 2663): the public Internet, the LAN behind a
 * NAT, or the shared space between a home router and a carrier's NAT. {@link io.rift.simulation.network.Host}s and
 * {@link io.rift.simulation.network.Nat}s attach to realms through a {@link io.rift.simulation.network.Link} each. A
 * realm delivers by destination address and hands what it does not know to its gateway, the inner side of a NAT; without
 * a gateway the datagram ends there. Nesting is therefore nothing special: the outer realm of one NAT is the inner realm
 * of the next.
 *
 * <pre>
 *   host --link-- [ LAN ] --link-- NAT --link-- [ Internet ] --link-- server
 * </pre>
 *
 * <p>Only UDP exists here. Whatever a datagram meets on its way is written to the
 * {@link io.rift.simulation.network.Trace} and, where one is attached, to a
 * {@link io.rift.simulation.network.Capture}.
 */
@NullMarked
package io.rift.simulation.network;

import org.jspecify.annotations.NullMarked;
