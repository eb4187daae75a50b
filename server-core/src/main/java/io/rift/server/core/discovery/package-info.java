/**
 * NAT behaviour discovery (RFC 5780): the answers to Binding requests at two IP addresses with two ports each, by which a
 * client learns how its NAT maps and filters. Pure arithmetic over addresses; it keeps no state and sends nothing itself.
 *
 * <p>What it may be asked to do for a client whose address is not proven is bounded in
 * {@link io.rift.server.core.discovery.BehaviourDiscovery}.
 */
@NullMarked
package io.rift.server.core.discovery;

import org.jspecify.annotations.NullMarked;
