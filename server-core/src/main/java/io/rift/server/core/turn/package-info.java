/**
 * The server side of STUN and TURN.
 *
 * <p>{@link io.rift.server.core.turn.TurnServer} is a state machine: datagrams, outcomes of commands and the time go in,
 * commands come out. Relayed data takes a shorter way: the core answers with a route and the shell forwards the very
 * buffer that it received, so nothing is copied, queued or allocated per packet.
 */
@NullMarked
package io.rift.server.core.turn;

import org.jspecify.annotations.NullMarked;
