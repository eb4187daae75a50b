/**
 * A whole call between two peers behind two NATs, in one thread and in virtual time.
 *
 * <p>{@link io.rift.simulation.network} is the world: a clock that only moves when nothing is left to do at the present
 * instant, hosts, links that delay, lose, duplicate and reorder, and NATs with the behaviours of RFC 4787. The classes
 * of this package put the <em>real</em> state machines of both sides into that world: nothing of the server or of a peer
 * is imitated here, only the sockets under them and the clock above them.
 *
 * <p>Everything random, the keys of the peers included, comes out of one seed. The same seed gives the same packets in
 * the same order down to the last bit, so a failure is reported as a seed and the last packets of its trace.
 */
@NullMarked
package io.rift.simulation;

import org.jspecify.annotations.NullMarked;
