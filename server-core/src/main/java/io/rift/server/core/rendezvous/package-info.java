/**
 * The rendezvous as a state machine: connections prove who they are, and pairs of them exchange candidates.
 *
 * <p>{@link io.rift.server.core.rendezvous.RendezvousServer} takes what happened and the time, and is then drained of
 * {@link io.rift.server.core.rendezvous.RendezvousOutput}. It is composed of {@code Admission} (how many may be
 * connected, and from where), {@code Authentication} (the challenge), {@code Sessions} (who talks to whom about what)
 * and {@code Deadlines} (one queue for all that waits). None of them reads a clock or draws a number by itself.
 *
 * <p>Clients are strangers. Each table has a bound in {@link io.rift.server.core.rendezvous.RendezvousLimits}, each
 * message costs its sender a token, a text that cannot be read is answered with a typed error and never with an
 * exception, and a connection costs one signature check at most. Nothing here outlives a connection: a restart of the
 * server loses introductions that are under way and nothing else.
 */
@NullMarked
package io.rift.server.core.rendezvous;

import org.jspecify.annotations.NullMarked;
